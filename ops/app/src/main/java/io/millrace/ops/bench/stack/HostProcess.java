package io.millrace.ops.bench.stack;

import io.millrace.ops.up.Role;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@link BenchHost} in a JVM of its own, seen from the bench. One thread talks to it. */
public final class HostProcess implements AutoCloseable {
  private static final String LOADER = "org.springframework.boot.loader.launch.PropertiesLauncher";
  private static final long END_SECONDS = 90;

  /** The largest heap of a host; printed with the settings of a report. */
  public static final String HEAP = "1g";

  private final String name;
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;
  private final Path log;
  private final boolean serversAlone;
  private final @Nullable URI url;

  private HostProcess(String name, Process process, Path log, boolean serversAlone)
      throws IOException {
    this.name = name;
    this.serversAlone = serversAlone;
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
    String ready = answer("ready");
    this.url = ready.equals("-") ? null : URI.create(ready);
  }

  /**
   * Starts one and waits until it works.
   *
   * @param name of its log, beside the data
   * @throws HostFailedException when it does not
   */
  static HostProcess start(String name, HostSettings settings) throws IOException {
    Files.createDirectories(settings.data());
    Path log = settings.data().resolve("bench-" + name + ".log");
    Process process = new ProcessBuilder(command(settings)).redirectError(log.toFile()).start();
    try {
      boolean serversAlone = settings.roles().equals(Set.of(Role.INFRA));
      return new HostProcess(name, process, log, serversAlone);
    } catch (IOException | RuntimeException e) {
      end(process);
      throw e;
    }
  }

  /** Whether it runs PostgreSQL, Kafka and Redis, and nothing else. */
  boolean hasServersAlone() {
    return serversAlone;
  }

  /** Where its HTTP interface answers. */
  URI url() {
    if (url == null) {
      throw new IllegalStateException(name + " has no HTTP interface");
    }
    return url;
  }

  /** Starts its worker and returns when that takes jobs. */
  public void startWorker() throws IOException {
    tell(BenchHost.WORKER_START);
  }

  /** Stops its worker; what it runs may finish within {@code millrace.worker.drain}. */
  public void stopWorker() throws IOException {
    tell(BenchHost.WORKER_STOP);
  }

  /** Bytes of heap in use after a collection. */
  public long heap() throws IOException {
    return Long.parseLong(tell(BenchHost.HEAP));
  }

  /** What it holds now. */
  public Vitals vitals() throws IOException {
    return Vitals.parse(tell(BenchHost.VITALS));
  }

  HostStats stats() throws IOException {
    return HostStats.parse(tell(BenchHost.STATS));
  }

  private String tell(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
    return answer("ok");
  }

  private String answer(String expected) throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(BenchHost.MARK)) {
        String[] parts = line.substring(BenchHost.MARK.length()).split(" ", 2);
        if (parts[0].equals(expected)) {
          return parts[1];
        }
        throw new HostFailedException(
            "bench host " + name + ": " + parts[1] + " (log: " + log + ")");
      }
    }
    throw new HostFailedException("bench host " + name + " has ended by itself (log: " + log + ")");
  }

  /** Stops what runs in it and waits for its end. */
  @Override
  public void close() {
    try {
      commands.write(BenchHost.EXIT + "\n");
      commands.close();
    } catch (IOException e) {
      // It has ended already.
    }
    end(process);
  }

  private static void end(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Its servers would stay: they go first.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static List<String> command(HostSettings settings) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(HostProcess::passesOn)
        .forEach(command::add);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Xmx" + HEAP);
    command.add("-XX:+ExitOnOutOfMemoryError");
    String main = BenchHost.class.getName();
    // In a fat jar the classes are packed, and only its loader is on the class path.
    boolean packed = ClassLoader.getSystemResource(LOADER.replace('.', '/') + ".class") != null;
    if (packed) {
      command.add("-Dloader.main=" + main);
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(packed ? LOADER : main);
    command.addAll(settings.arguments());
    return command;
  }

  /** What the bench was started with, a host is too: it is a server as the launcher starts one. */
  private static boolean passesOn(String argument) {
    return Stream.of("--add-", "-javaagent:", "-X", "-Dspring.").anyMatch(argument::startsWith)
        && Stream.of("-Xmx", "-Xlog:gc", "-XX:AOTCacheOutput").noneMatch(argument::startsWith);
  }
}
