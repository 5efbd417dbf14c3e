package io.millrace.ops.up;

import io.millrace.api.boot.ApiProcess;
import io.millrace.boot.Defaults;
import io.millrace.local.LocalStack;
import io.millrace.workers.boot.ProbeServer;
import io.millrace.workers.boot.WorkerConfiguration;
import io.millrace.workers.boot.WorkerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** Millrace in this process: the roles asked for, started in order, stopped in reverse. */
public final class Millrace implements AutoCloseable {
  private final Deque<ConfigurableApplicationContext> contexts = new ArrayDeque<>();
  private final UpSettings settings;
  private @Nullable LocalStack stack;
  private int port;

  private Millrace(UpSettings settings) {
    this.settings = settings;
  }

  /**
   * Starts the roles and returns when they listen; {@code /actuator/health/readiness} says when
   * they also work.
   *
   * @throws io.millrace.local.LocalStackException when the folder is in use or a server does not
   *     start
   * @throws IOException when the data folder cannot be written
   */
  public static Millrace start(UpSettings settings) throws IOException {
    Millrace millrace = new Millrace(settings);
    try {
      millrace.startRoles();
      return millrace;
    } catch (RuntimeException | IOException e) {
      millrace.close();
      throw e;
    }
  }

  /** Where the HTTP interface, or a lone worker's health, answers; none for servers alone. */
  public @Nullable URI url() {
    return port == 0 ? null : URI.create("http://127.0.0.1:" + port);
  }

  /** The servers, when this process runs them. */
  public @Nullable LocalStack stack() {
    return stack;
  }

  /** Whether every role that runs here works: all that {@code /actuator/health} would ask. */
  public boolean isReady() {
    return contexts.stream()
        .flatMap(context -> context.getBeansOfType(HealthIndicator.class).values().stream())
        .map(indicator -> indicator.health(false))
        .allMatch(health -> health != null && Status.UP.equals(health.getStatus()));
  }

  /** A part of the running application, for tests that look inside. */
  public <T> T part(Class<T> type) {
    return contexts.getFirst().getBean(type);
  }

  /** Stops everything, the worker first and the servers last; safe to call twice. */
  @Override
  public void close() {
    synchronized (contexts) {
      while (!contexts.isEmpty()) {
        contexts.pop().close();
      }
    }
  }

  private void startRoles() throws IOException {
    Files.createDirectories(settings.data());
    if (settings.roles().contains(Role.INFRA)) {
      ConfigurableApplicationContext infra =
          run(List.of(InfraConfiguration.class), WebApplicationType.NONE, Map.of());
      stack = infra.getBean(LocalStack.class);
      Connections.save(settings.data(), Connections.of(stack));
    }
    boolean worker = settings.roles().contains(Role.WORKER);
    if (settings.roles().contains(Role.API)) {
      List<Class<?>> sources = new ArrayList<>(List.of(ApiProcess.class));
      if (worker) {
        sources.add(WorkerConfiguration.class);
      }
      ConfigurableApplicationContext application =
          run(sources, WebApplicationType.SERVLET, Connections.load(settings.data()));
      port =
          Integer.parseInt(application.getEnvironment().getRequiredProperty("local.server.port"));
    } else if (worker) {
      port =
          run(
                  List.of(WorkerProcess.class),
                  WebApplicationType.NONE,
                  Connections.load(settings.data()))
              .getBean(ProbeServer.class)
              .port();
    }
  }

  private ConfigurableApplicationContext run(
      List<Class<?>> sources, WebApplicationType web, Map<String, Object> connections) {
    SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
    application.setWebApplicationType(web);
    application.setRegisterShutdownHook(false);
    application.setDefaultProperties(defaults(connections));
    String[] arguments =
        settings.properties().entrySet().stream()
            .map(property -> "--" + property.getKey() + "=" + property.getValue())
            .toArray(String[]::new);
    ConfigurableApplicationContext context = application.run(arguments);
    contexts.push(context);
    return context;
  }

  private Map<String, Object> defaults(Map<String, Object> connections) {
    Map<String, Object> defaults = Defaults.properties();
    Path data = settings.data();
    defaults.put("server.port", String.valueOf(settings.port()));
    defaults.put("millrace.local.data-directory", data.toString());
    defaults.put("millrace.datasets.root", data.resolve("datasets").toString());
    defaults.put("logging.file.name", data.resolve("logs/" + logName()).toString());
    // A start that fails is told once, in a sentence, by whoever asked for it.
    for (String logger :
        List.of(
            "org.springframework.boot.SpringApplication",
            "org.springframework.boot.diagnostics",
            "org.springframework.boot.web.server.servlet.context",
            "org.springframework.context.annotation")) {
      defaults.put("logging.level." + logger, "off");
    }
    defaults.putAll(connections);
    return defaults;
  }

  /** One file per set of roles: two processes must not roll the same file. */
  private String logName() {
    if (settings.roles().contains(Role.INFRA)) {
      return "millrace.log";
    }
    return settings.roles().contains(Role.API)
        ? "api.log"
        : "worker-" + ProcessHandle.current().pid() + ".log";
  }
}
