package io.millrace.api.boot;

import io.millrace.boot.Defaults;
import org.springframework.boot.SpringApplication;

/** The API as a process of its own. */
public final class ApiApplication {
  private ApiApplication() {}

  /** Starts it; configuration comes from {@code millrace.*} properties and MILLRACE_* variables. */
  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(ApiProcess.class);
    application.setDefaultProperties(Defaults.properties());
    application.run(args);
  }
}
