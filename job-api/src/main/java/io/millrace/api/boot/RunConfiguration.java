package io.millrace.api.boot;

import io.millrace.api.admission.TypeCatalogue;
import io.millrace.api.http.RunHttpConfiguration;
import io.millrace.api.intake.Intake;
import io.millrace.api.run.RerunAdmission;
import io.millrace.api.run.RunAdmission;
import io.millrace.api.run.RunIntake;
import io.millrace.api.run.RunReader;
import io.millrace.api.run.Runs;
import io.millrace.runtime.Ids;
import io.millrace.store.Database;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunRerunStore;
import io.millrace.store.RunStore;
import io.millrace.store.RunTurnStore;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.engine.RunLoop;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Workflow runs, as the API has them. */
@Configuration(proxyBeanMethods = false)
@Import({RunHttpConfiguration.class, RunWatchConfiguration.class})
class RunConfiguration {
  @Bean
  RunAdmission runAdmission(Database database, Plans plans, TypeCatalogue types, Ids ids) {
    return new RunAdmission(new WorkflowStore(database), plans, types, ids);
  }

  @Bean
  RunReader runReader(Database database, Plans plans) {
    return new RunReader(new RunStore(database), new WorkflowStore(database), plans);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  RunIntake runIntake(IntakeProperties properties, Database database, Intake intake, RunLoop runs) {
    return new RunIntake(
        new RunAdvanceStore(database),
        new RunRerunStore(database),
        runs,
        intake,
        properties.capacity());
  }

  @Bean
  RerunAdmission rerunAdmission(Database database, Plans plans, TypeCatalogue types, Ids ids) {
    return new RerunAdmission(new WorkflowStore(database), plans, types, ids);
  }

  @Bean
  Runs runSteering(Database database, Plans plans, RunLoop loop) {
    return new Runs(
        new RunStore(database),
        new RunTurnStore(database),
        new RunAdvanceStore(database),
        new WorkflowStore(database),
        plans,
        loop);
  }
}
