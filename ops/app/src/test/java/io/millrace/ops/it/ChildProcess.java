package io.millrace.ops.it;

import io.millrace.ops.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of Millrace in a JVM of its own, to be killed. */
final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ChildProcess start(Path data, Map<String, String> properties, String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--data");
    all.add(data.toString());
    properties.forEach((key, value) -> all.add("--set=" + key + "=" + value));
    return start(data, Main.class, all);
  }

  /** A program of the tests' own. */
  static ChildProcess startMain(Path data, Class<?> main, Map<String, String> properties) {
    List<String> all = new ArrayList<>();
    properties.forEach((key, value) -> all.add("--" + key + "=" + value));
    return start(data, main, all);
  }

  private static ChildProcess start(Path data, Class<?> main, List<String> arguments) {
    try {
      Path log = Files.createTempFile(data, "child-", ".log");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
      command.add("-Xmx512m");
      command.add("-XX:+ExitOnOutOfMemoryError");
      command.add("-XX:TieredStopAtLevel=1");
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add(main.getName());
      command.addAll(arguments);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new ChildProcess(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it said it answers. */
  URI url() {
    return output()
        .lines()
        .filter(line -> line.contains("http://"))
        .findFirst()
        .map(line -> URI.create(line.substring(line.indexOf("http://")).strip()))
        .orElseThrow();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL: no shutdown hook, no farewell. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGSTOP: alive and silent, until {@link #resume()}. */
  void pause() throws Exception {
    signal("-STOP");
  }

  /** SIGCONT. */
  void resume() throws Exception {
    signal("-CONT");
  }

  private void signal(String name) throws Exception {
    int exit = new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException("kill " + name + " ended with " + exit);
    }
  }

  /** SIGTERM, and not waiting for what it does. */
  void askToEnd() {
    process.destroy();
  }

  /** SIGTERM, as an orchestrator sends it; the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("did not end within 60 s of SIGTERM:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
