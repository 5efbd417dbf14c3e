package io.millrace.api.http;

import io.millrace.api.admission.Admission;
import io.millrace.api.intake.Intake;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** The controllers of this package, and what Tomcat answers in their stead. */
@Configuration(proxyBeanMethods = false)
@Import({
  CallerConfiguration.class,
  JobController.class,
  JobListController.class,
  BatchController.class,
  CacheController.class,
  EventController.class,
  Waits.class,
  DatasetController.class,
  ScheduleController.class,
  ProblemAdvice.class,
  ErrorPage.class
})
public class HttpConfiguration {
  @Bean
  Submissions submissions(Admission admission, Intake intake) {
    return new Submissions(admission, intake);
  }

  @Bean
  Answers answers(JsonMapper json) {
    return new Answers(json);
  }

  /**
   * Takes the place of Spring Boot's own. A converter that is a bean would stand before all others
   * and write texts that are JSON already as JSON strings.
   */
  @Bean
  ServerHttpMessageConvertersCustomizer wholeJson(JsonMapper json) {
    return converters -> converters.withJsonConverter(new WholeJson(json));
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemValve() {
    return tomcat ->
        tomcat.addContextCustomizers(
            context -> {
              if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemValve.class.getName());
              }
            });
  }
}
