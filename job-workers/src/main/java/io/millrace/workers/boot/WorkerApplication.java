package io.millrace.workers.boot;

import io.millrace.boot.Defaults;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A worker as a process of its own; its port answers health and metrics only. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(WorkerConfiguration.class)
public class WorkerApplication {
  /** Starts it; configuration comes from {@code millrace.*} properties and MILLRACE_* variables. */
  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(WorkerApplication.class);
    var defaults = Defaults.properties();
    defaults.put("server.port", "8081");
    application.setDefaultProperties(defaults);
    application.run(args);
  }
}
