package io.millrace.ops.bench.stack;

import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.ops.up.UpSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The program of a host: a JVM that runs Millrace for the bench. It says on its standard output
 * where it answers and obeys commands on its standard input, a line each; the end of the input is
 * the end of the host, so none outlives the bench.
 */
public final class BenchHost implements AutoCloseable {
  /** Begins every line of the conversation. */
  static final String MARK = "bench-host ";

  static final String WORKER_START = "worker start";
  static final String WORKER_STOP = "worker stop";
  static final String HEAP = "heap";
  static final String VITALS = "vitals";
  static final String STATS = "stats";
  static final String EXIT = "exit";

  private static final Duration READY_PATIENCE = Duration.ofMinutes(3);
  private static final long READY_PAUSE_NANOS = 10_000_000;

  private final HostSettings settings;
  private @Nullable Millrace main;
  private @Nullable Millrace worker;

  private BenchHost(HostSettings settings) {
    this.settings = settings;
  }

  public static void main(String[] args) {
    PrintStream out = System.out;
    // What anything else prints is not part of the conversation.
    System.setOut(System.err);
    BenchHost host = new BenchHost(HostSettings.of(List.of(args)));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(host::close));
    int exit = 0;
    try (host;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println(MARK + "ready " + host.start());
      converse(host, in, out);
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      out.println(MARK + "failed " + sentence(e));
      exit = 1;
    }
    System.exit(exit);
  }

  private static void converse(BenchHost host, BufferedReader in, PrintStream out)
      throws IOException {
    for (String line = in.readLine(); line != null && !line.equals(EXIT); line = in.readLine()) {
      try {
        out.println(MARK + "ok " + host.obey(line));
      } catch (IOException | RuntimeException e) {
        e.printStackTrace();
        out.println(MARK + "failed " + sentence(e));
      }
    }
  }

  /** Where it answers, or "-". */
  private String start() throws IOException {
    if (settings.roles().isEmpty()) {
      return "-";
    }
    Millrace started = run(settings.roles());
    synchronized (this) {
      main = started;
    }
    URI url = started.url();
    return url == null ? "-" : url.toString();
  }

  private String obey(String command) throws IOException {
    return switch (command) {
      case WORKER_START -> startWorker();
      case WORKER_STOP -> stopWorker();
      case HEAP -> String.valueOf(HostStats.heapAfterCollection());
      case VITALS -> Vitals.now().line();
      case STATS -> HostStats.now().line();
      default -> throw new IllegalArgumentException("no such command: " + command);
    };
  }

  private String startWorker() throws IOException {
    if (worker != null) {
      throw new IllegalStateException("the worker runs already");
    }
    Millrace started = run(Set.of(Role.WORKER));
    synchronized (this) {
      worker = started;
    }
    return "started";
  }

  private synchronized String stopWorker() {
    if (worker == null) {
      throw new IllegalStateException("no worker runs");
    }
    worker.close();
    worker = null;
    return "stopped";
  }

  private Millrace run(Set<Role> roles) throws IOException {
    Map<String, String> properties = new HashMap<>(settings.properties());
    properties.putIfAbsent("logging.threshold.console", "warn");
    Millrace millrace = Millrace.start(new UpSettings(settings.data(), 0, roles, properties));
    long until = System.nanoTime() + READY_PATIENCE.toNanos();
    while (!millrace.isReady()) {
      if (System.nanoTime() - until > 0) {
        millrace.close();
        throw new IllegalStateException(roles + " is not ready after " + READY_PATIENCE);
      }
      LockSupport.parkNanos(READY_PAUSE_NANOS);
    }
    return millrace;
  }

  @Override
  public synchronized void close() {
    if (worker != null) {
      worker.close();
      worker = null;
    }
    if (main != null) {
      main.close();
      main = null;
    }
  }

  private static String sentence(Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(root.toString());
  }
}
