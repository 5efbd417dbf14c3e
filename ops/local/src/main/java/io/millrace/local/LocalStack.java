package io.millrace.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, Kafka and Redis on 127.0.0.1, over one data folder that this stack owns until closed.
 * Safe for use from any thread.
 */
public final class LocalStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);

  private final DataFolder folder;
  private final LocalPostgres postgres;
  private final LocalKafka kafka;
  private final LocalRedis redis;
  private final boolean deleteOnClose;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Thread hook;

  private LocalStack(LocalSettings settings, DataFolder folder, boolean deleteOnClose) {
    this.folder = folder;
    this.deleteOnClose = deleteOnClose;
    Path postgresFolder = folder.folder("postgres");
    Path redisFolder = folder.folder("redis");
    // Before the ports are looked at: an orphan still listens on them.
    LocalPostgres.endOrphans(postgresFolder);
    LocalRedis.endOrphans(redisFolder);
    Ports ports = Ports.choose(settings, folder.root());
    this.postgres = new LocalPostgres(settings, postgresFolder, ports.postgres());
    this.kafka =
        new LocalKafka(settings, folder.folder("kafka"), ports.kafka(), ports.kafkaController());
    this.redis = new LocalRedis(settings, redisFolder, ports.redis());
  }

  /**
   * Starts the three servers side by side and returns when all of them answer. Servers that a
   * killed owner of the folder left running are stopped first.
   *
   * @throws FolderInUseException when another live stack owns the data folder
   * @throws PortTakenException when a configured port is taken
   * @throws LocalStackException when a server does not start; nothing is left running then
   */
  public static LocalStack start(LocalSettings settings) {
    return start(settings, false);
  }

  /** A stack for tests: fresh folder, deleted on close; free ports; full durability. */
  public static LocalStack temporary() {
    return temporary(UnaryOperator.identity());
  }

  /** Like {@link #temporary()}, with settings changed, such as broker properties. */
  public static LocalStack temporary(UnaryOperator<LocalSettings> change) {
    Path directory;
    try {
      directory = Files.createTempDirectory("millrace-");
    } catch (IOException e) {
      throw new LocalStackException("cannot create a temporary folder", e);
    }
    return start(change.apply(LocalSettings.at(directory)), true);
  }

  private static LocalStack start(LocalSettings settings, boolean deleteOnClose) {
    DataFolder folder = DataFolder.open(settings.dataDirectory());
    LocalStack stack;
    try {
      stack = new LocalStack(settings, folder, deleteOnClose);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
    try {
      if (settings.shutdownHook()) { // Before the start: a Ctrl-C may come while it lasts.
        stack.addHook();
      }
      stack.startAll();
    } catch (RuntimeException e) {
      closeAfter(e, stack);
      throw e;
    }
    return stack;
  }

  private static void closeAfter(RuntimeException cause, LocalStack stack) {
    try {
      stack.close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** The database server. */
  public LocalPostgres postgres() {
    return postgres;
  }

  /** The broker. */
  public LocalKafka kafka() {
    return kafka;
  }

  /** The cache server. */
  public LocalRedis redis() {
    return redis;
  }

  /** The data folder, absolute and free of links. */
  public Path dataDirectory() {
    return folder.root();
  }

  /** JDBC URL of the database {@code millrace}. */
  public String jdbcUrl() {
    return postgres.jdbcUrl();
  }

  /** Role that owns the database. */
  public String username() {
    return postgres.username();
  }

  /** Password of that role; a secret of this data folder. */
  public String password() {
    return postgres.password();
  }

  /** For Kafka's {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** {@code redis://127.0.0.1:<port>}. */
  public String redisUri() {
    return redis.uri();
  }

  /**
   * Stops Redis, Kafka and PostgreSQL, the source of truth last, each even when another fails, and
   * gives up the folder. The second call does nothing. At most about 80 s, mostly under 3 s.
   *
   * @throws LocalStackException when a server could not be stopped in good order
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    List<RuntimeException> failures = new ArrayList<>();
    attempt(failures, redis::stop);
    attempt(failures, kafka::stop);
    attempt(failures, postgres::stop);
    attempt(failures, folder::close);
    attempt(failures, this::removeHook);
    if (deleteOnClose) {
      attempt(failures, this::deleteFolder);
    }
    if (!failures.isEmpty()) {
      LocalStackException failure =
          new LocalStackException("the local stack did not close in order", failures.getFirst());
      failures.stream().skip(1).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private void startAll() {
    long start = System.nanoTime();
    List<CompletableFuture<Void>> starting =
        List.of(
            starting("local-postgres", postgres),
            starting("local-kafka", kafka),
            starting("local-redis", redis));
    try {
      // Waits for all even when one fails, so that nothing starts up behind the close.
      CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    LOG.atInfo()
        .addKeyValue("folder", folder.root())
        .addKeyValue("postgres", postgres.port())
        .addKeyValue("kafka", kafka.port())
        .addKeyValue("redis", redis.port())
        .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
        .log("Local stack started");
  }

  private CompletableFuture<Void> starting(String name, LocalServer server) {
    Runnable start =
        () -> {
          if (closed.get()) {
            throw new LocalStackException("the local stack was closed while it started");
          }
          server.start();
          if (closed.get()) {
            server.stop(); // The close may have come by before there was anything to stop.
          }
        };
    return CompletableFuture.runAsync(
        start, command -> Thread.ofPlatform().daemon().name(name).start(command));
  }

  private static void attempt(List<RuntimeException> failures, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      failures.add(e);
    }
  }

  private void addHook() {
    Thread added = Thread.ofPlatform().name("local-stack-hook").unstarted(this::close);
    Runtime.getRuntime().addShutdownHook(added);
    hook = added;
  }

  private void removeHook() {
    Thread added = hook;
    if (added != null && added != Thread.currentThread()) {
      try {
        Runtime.getRuntime().removeShutdownHook(added);
      } catch (IllegalStateException e) {
        // The JVM is going down; the hook finds the stack closed.
      }
    }
  }

  private void deleteFolder() {
    try {
      Folders.delete(folder.root());
    } catch (IOException e) {
      throw new LocalStackException("cannot delete " + folder.root(), e);
    }
  }
}
