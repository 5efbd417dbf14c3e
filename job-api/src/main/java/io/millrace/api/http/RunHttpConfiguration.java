package io.millrace.api.http;

import io.millrace.api.run.RunIntake;
import io.millrace.api.run.Runs;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The controllers of workflow runs. */
@Configuration(proxyBeanMethods = false)
@Import({
  RunController.class,
  RunStartController.class,
  RerunController.class,
  RunInsightController.class,
  RunEventController.class
})
public class RunHttpConfiguration {
  @Bean
  RunStarts runStarts(RunIntake intake, Runs runs) {
    return new RunStarts(intake, runs);
  }
}
