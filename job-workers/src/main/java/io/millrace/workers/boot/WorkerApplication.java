package io.millrace.workers.boot;

import io.millrace.boot.Defaults;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;

/** A worker as a process of its own; its port answers health and metrics only. */
public final class WorkerApplication {
  private WorkerApplication() {}

  /** Starts it; configuration comes from {@code millrace.*} properties and MILLRACE_* variables. */
  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(WorkerProcess.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setKeepAlive(true);
    var defaults = Defaults.properties();
    defaults.put("server.port", "8081");
    application.setDefaultProperties(defaults);
    application.run(args);
  }
}
