package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.local.LocalStack;
import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.ops.up.UpSettings;
import io.millrace.store.Database;
import io.millrace.store.InvariantStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A Millrace of its own for one test: servers in this JVM, roles in this JVM or in children. */
final class Installation implements AutoCloseable {
  /** Short leases, so that the tests of healing do not wait long; events are published. */
  static final Map<String, String> QUICK =
      Map.of(
          "millrace.worker.lease", "3s",
          "millrace.worker.sweep-age", "2s",
          "millrace.worker.drain", "2s",
          "millrace.events.publish", "true",
          "logging.threshold.console", "info");

  private final Path data;
  private final Map<String, String> brokerProperties;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private Millrace infra;

  private Installation(Map<String, String> brokerProperties) {
    this.brokerProperties = brokerProperties;
    try {
      this.data = Files.createTempDirectory("millrace-it-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.infra = startInfra();
  }

  static Installation create() {
    return new Installation(Map.of());
  }

  static Installation create(Map<String, String> brokerProperties) {
    return new Installation(brokerProperties);
  }

  Path data() {
    return data;
  }

  LocalStack stack() {
    LocalStack stack = infra.stack();
    if (stack == null) {
      throw new IllegalStateException("no servers");
    }
    return stack;
  }

  /** Starts roles in this JVM, stopped with the installation unless closed before. */
  Millrace start(Set<Role> roles, Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(QUICK);
    all.putAll(properties);
    try {
      Millrace started = Millrace.start(new UpSettings(data, 0, roles, all));
      parts.push(started);
      awaitReady(started);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Millrace startApi() {
    return start(Set.of(Role.API), Map.of());
  }

  Millrace startWorker() {
    return start(Set.of(Role.WORKER), Map.of());
  }

  /** Starts roles in a JVM of their own and waits until they say they are up. */
  ChildProcess startChild(Map<String, String> properties, String... arguments) {
    Map<String, String> all = new HashMap<>(QUICK);
    all.putAll(properties);
    ChildProcess child = ChildProcess.start(data, all, arguments);
    parts.push(child);
    await()
        .atMost(Duration.ofSeconds(60))
        .failFast("the child ended", () -> assertThat(child.isAlive()).as(child.output()).isTrue())
        .until(() -> child.output().contains("Millrace is up"));
    return child;
  }

  /**
   * Starts a worker with handlers that do harm, in a JVM of its own; it may die before it says so.
   */
  ChildProcess startFaulty(Map<String, String> properties) {
    LocalStack stack = stack();
    Map<String, String> all = new HashMap<>(QUICK);
    all.put("millrace.database.url", stack.jdbcUrl());
    all.put("millrace.database.username", stack.username());
    all.put("millrace.database.password", stack.password());
    all.put("millrace.kafka.bootstrap-servers", stack.bootstrapServers());
    all.put("millrace.datasets.root", data.resolve("datasets").toString());
    all.put("server.port", "0");
    all.putAll(properties);
    ChildProcess child = ChildProcess.startMain(data, FaultyWorker.class, all);
    parts.push(child);
    return child;
  }

  /** Waits until a worker in a JVM of its own takes jobs, or has ended. */
  static void awaitWorking(ChildProcess worker) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !worker.isAlive() || worker.output().contains("worker is ready"));
  }

  /** A client of an API that runs in this JVM. */
  static Jobs jobs(Millrace api) {
    return new Jobs(java.util.Objects.requireNonNull(api.url()));
  }

  /** Stops the servers in order and starts them again on the same data. */
  void restartInfra() {
    infra.close();
    infra = startInfra();
  }

  /** Asserts that the numbered invariants hold. */
  void assertInvariants() {
    LocalStack stack = stack();
    try (Database database =
        Database.open(
            stack.jdbcUrl(), stack.username(), stack.password(), 3, Duration.ofSeconds(10))) {
      assertThat(new InvariantStore(database).broken()).isEmpty();
    }
  }

  @Override
  public void close() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
    assertInvariants();
    infra.close();
    delete(data);
  }

  /** Deletes a folder with all in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Millrace startInfra() {
    Map<String, String> properties = new HashMap<>(QUICK);
    brokerProperties.forEach(
        (key, value) -> properties.put("millrace.local.broker-properties[" + key + "]", value));
    try {
      return Millrace.start(new UpSettings(data, 0, Set.of(Role.INFRA), properties));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitReady(Millrace started) {
    try (MillraceClient client =
        new MillraceClient(java.util.Objects.requireNonNull(started.url()))) {
      await().atMost(Duration.ofSeconds(60)).until(client::isReady);
    }
  }
}
