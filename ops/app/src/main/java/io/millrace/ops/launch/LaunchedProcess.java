package io.millrace.ops.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the launcher, which hands over to {@code java} under the same process id. */
public final class LaunchedProcess implements AutoCloseable {
  /** Longest wait for a start. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration STOP = Duration.ofSeconds(90);
  private static final long POLL_MILLIS = 10;
  private static final String MEMORY = "VmRSS:";
  private static final String OWN_MEMORY = "RssAnon:";
  private static final double KIB_PER_MIB = 1024;
  private static final int LAST_WORDS = 5;

  private final Process process;
  private final Path output;
  private final long began;
  private final Thread lastResort;

  private LaunchedProcess(Process process, Path output, long began) {
    this.process = process;
    this.output = output;
    this.began = began;
    this.lastResort = Thread.ofPlatform().unstarted(this::end);
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /** A condition that takes a call to find out. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Starts it; what it prints goes to the file.
   *
   * @param launcher {@code ops/millrace}
   * @throws IOException when there is no such program
   */
  public static LaunchedProcess start(Path launcher, Path output, List<String> arguments)
      throws IOException {
    return start(launcher, output, arguments, Map.of());
  }

  /** As the other, with variables of its environment besides. */
  public static LaunchedProcess start(
      Path launcher, Path output, List<String> arguments, Map<String, String> variables)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile());
    // As a user starts it, not as whoever runs this.
    builder.environment().remove("MILLRACE_JAR");
    builder.environment().remove("MILLRACE_JAVA_OPTS");
    builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
    builder.environment().putAll(variables);
    long began = System.nanoTime();
    return new LaunchedProcess(builder.start(), output, began);
  }

  /**
   * Waits until it holds.
   *
   * @return seconds since the start
   * @throws IllegalStateException when the process ends before, or after two minutes
   */
  public double secondsUntil(String what, Condition condition) throws Exception {
    while (!condition.holds()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "ended with exit code " + process.exitValue() + " before " + what + ": " + lastWords());
      }
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        throw new IllegalStateException("no " + what + " within " + PATIENCE + ": " + lastWords());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return (System.nanoTime() - began) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /**
   * Waits until it ends by itself.
   *
   * @throws IllegalStateException when it does not in time, or fails
   */
  public void awaitEnd(Duration patience) throws IOException, InterruptedException {
    if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("did not end well within " + patience + ": " + lastWords());
    }
  }

  /** Whether it has printed this. */
  public boolean said(String text) throws IOException {
    return Files.readString(output).contains(text);
  }

  /** Physical memory it holds, in MiB; shared pages of files are in it. */
  public double rssMib() throws IOException {
    return mib(MEMORY);
  }

  /** Of its physical memory what no other process can share: all but pages of files, in MiB. */
  public double ownMib() throws IOException {
    return mib(OWN_MEMORY);
  }

  private double mib(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(key)) {
        String kib = line.substring(key.length()).replace("kB", "").strip();
        return Long.parseLong(kib) / KIB_PER_MIB;
      }
    }
    throw new IOException("process " + process.pid() + " has ended: " + lastWords());
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(output);
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
  }

  /** SIGTERM, and SIGKILL when it has not ended within 90 s; its servers end with it. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(lastResort);
    } catch (IllegalStateException e) {
      // The JVM is going down; the hook finds the process ended.
    }
  }

  private void end() {
    process.destroy();
    boolean ended = false;
    try {
      ended = process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      process.destroyForcibly();
    }
  }
}
