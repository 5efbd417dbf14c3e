package io.millrace.ops.up;

import io.millrace.api.boot.ApiConfiguration;
import io.millrace.boot.Defaults;
import io.millrace.local.LocalStack;
import io.millrace.workers.boot.WorkerConfiguration;
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
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Millrace in this process: the roles asked for, started in order, stopped in reverse. */
public final class Millrace implements AutoCloseable {
  private final Deque<ConfigurableApplicationContext> contexts = new ArrayDeque<>();
  private final UpSettings settings;
  private @Nullable LocalStack stack;
  private int port;

  private Millrace(UpSettings settings) {
    this.settings = settings;
  }

  /** Turns on what Spring Boot configures by itself: web server, health, metrics. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Auto {}

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
    List<Class<?>> sources = new ArrayList<>();
    if (settings.roles().contains(Role.API)) {
      sources.add(ApiConfiguration.class);
    }
    if (settings.roles().contains(Role.WORKER)) {
      sources.add(WorkerConfiguration.class);
    }
    if (!sources.isEmpty()) {
      sources.add(Auto.class);
      ConfigurableApplicationContext application =
          run(sources, WebApplicationType.SERVLET, Connections.load(settings.data()));
      port =
          Integer.parseInt(application.getEnvironment().getRequiredProperty("local.server.port"));
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
    // The command line says in one sentence why a start failed.
    defaults.put("logging.level.org.springframework.boot.diagnostics", "off");
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
