package io.millrace.api.boot;

import io.millrace.api.admission.TypeCatalogue;
import io.millrace.api.http.WorkflowHttpConfiguration;
import io.millrace.api.workflow.Previews;
import io.millrace.api.workflow.Workflows;
import io.millrace.store.Database;
import io.millrace.store.LiveRunStore;
import io.millrace.store.WorkflowStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Workflows, as the API has them. */
@Configuration(proxyBeanMethods = false)
@Import(WorkflowHttpConfiguration.class)
class WorkflowConfiguration {
  @Bean(destroyMethod = "close")
  Workflows workflows(Database database, TypeCatalogue types) {
    return new Workflows(new WorkflowStore(database), types);
  }

  @Bean
  Previews previews(Database database) {
    return new Previews(new WorkflowStore(database), new LiveRunStore(database));
  }
}
