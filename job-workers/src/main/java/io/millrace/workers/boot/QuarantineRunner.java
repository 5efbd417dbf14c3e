package io.millrace.workers.boot;

import io.millrace.workers.quarantine.Dismissal;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The process that runs the quarantine lane: the application of the worker that started it, with
 * its handlers and its configuration, and with nothing else of it. Ends when the worker says so or
 * is gone, and when nothing waits in the lane any more.
 */
public final class QuarantineRunner {
  private QuarantineRunner() {}

  /** Started by a worker, which speaks to it through its standard input. */
  public static void main(String[] args) throws Exception {
    DataInputStream worker = new DataInputStream(System.in);
    Handover told = Handover.read(worker);
    Dismissal dismissal = new Dismissal();
    Thread.ofPlatform()
        .name("millrace-quarantine-worker")
        .daemon(true)
        .start(() -> awaitEnd(worker, dismissal));
    told.system().forEach(System::setProperty);
    try (ConfigurableApplicationContext _ = run(told, dismissal)) {
      dismissal.await();
    }
    // Whatever threads its last job has left behind.
    System.exit(0);
  }

  private static ConfigurableApplicationContext run(Handover told, Dismissal dismissal)
      throws ClassNotFoundException {
    List<Class<?>> sources = new ArrayList<>();
    for (String source : told.sources()) {
      sources.add(Class.forName(source));
    }
    sources.add(QuarantineConfiguration.class);
    SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
    application.setWebApplicationType(WebApplicationType.NONE);
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("worker", new HashMap<>(told.properties())));
    application.setEnvironment(environment);
    application.addInitializers(
        context -> context.getBeanFactory().registerSingleton("dismissal", dismissal));
    return application.run();
  }

  /**
   * Nothing more is sent: the end of the stream is the message, also when the worker was killed.
   */
  private static void awaitEnd(DataInputStream worker, Dismissal dismissal) {
    try {
      while (worker.read() >= 0) {
        continue;
      }
    } catch (IOException e) {
      // As good as its end.
      dismissal.dismiss();
    }
    dismissal.dismiss();
  }
}
