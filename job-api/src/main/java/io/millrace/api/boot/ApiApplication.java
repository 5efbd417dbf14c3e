package io.millrace.api.boot;

import io.millrace.boot.Defaults;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The API as a process of its own. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ApiConfiguration.class)
public class ApiApplication {
  /** Starts it; configuration comes from {@code millrace.*} properties and MILLRACE_* variables. */
  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(ApiApplication.class);
    application.setDefaultProperties(Defaults.properties());
    application.run(args);
  }
}
