package io.millrace.ops.it;

import io.millrace.boot.Defaults;
import io.millrace.model.WorkerDeath;
import io.millrace.ops.it.FaultyHandler.Fault;
import io.millrace.workers.boot.WorkerConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A worker with handlers of its own, as a user writes one; these do harm. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(WorkerConfiguration.class)
public class FaultyWorker {
  @Bean
  FaultyHandler halt() {
    return new FaultyHandler("test.halt", Fault.HALT, WorkerDeath.RETRY);
  }

  @Bean
  FaultyHandler exit() {
    return new FaultyHandler("test.exit", Fault.EXIT, WorkerDeath.RETRY);
  }

  @Bean
  FaultyHandler memory() {
    return new FaultyHandler("test.memory", Fault.MEMORY, WorkerDeath.RETRY);
  }

  @Bean
  FaultyHandler spin() {
    return new FaultyHandler("test.spin", Fault.SPIN, WorkerDeath.RETRY);
  }

  @Bean
  FaultyHandler ask() {
    return new FaultyHandler("test.ask", Fault.SLEEP, WorkerDeath.ASK);
  }

  @Bean
  FaultyHandler once() {
    return new FaultyHandler("test.once", Fault.SLEEP, WorkerDeath.FAIL);
  }

  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(FaultyWorker.class);
    application.setDefaultProperties(Defaults.properties());
    application.run(args);
  }
}
