package io.millrace.ops.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A packaged program, started as an operator starts it: the jar and environment variables. */
final class JarProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  private final Process process;
  private final Path log;

  private JarProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts the jar of a module of this build; the packaging phase comes before these tests. */
  static JarProcess start(
      Path folder, Path jar, Map<String, String> environment, String... arguments) {
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(jar + " is missing: run this test with Maven's verify");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar"));
    command.add(jar.toAbsolutePath().normalize().toString());
    command.addAll(List.of(arguments));
    try {
      Path log = Files.createTempFile(folder, "jar-", ".log");
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().keySet().removeIf(key -> key.startsWith("MILLRACE_"));
      builder.environment().putAll(environment);
      return new JarProcess(
          builder.redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the program to end by itself; its exit code. */
  int exit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + PATIENCE_SECONDS + " s:\n" + output());
    }
    return process.exitValue();
  }

  /** SIGTERM; the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return exit();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
