package io.millrace.ops.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program run to its end, or killed. Its output goes to files, so a full pipe cannot stop it. */
final class Child {
  private static final int LAST_WORDS = 300;
  private static final long KILL_SECONDS = 10;

  private final Path folder;

  /**
   * @param folder for the output; created when absent
   */
  Child(Path folder) {
    this.folder = folder;
  }

  /**
   * The lines of its standard output.
   *
   * @param about begins the sentence when it fails: {@code pg-boss in drain}
   * @param at its working directory
   * @throws LeftOutException when it fails, or is not done within the bound
   */
  List<String> run(
      String about, Path at, Duration bound, List<String> command, Map<String, String> environment)
      throws LeftOutException, InterruptedException {
    try {
      Files.createDirectories(folder);
      Path out = Files.createTempFile(folder, "out", ".txt");
      Path err = Files.createTempFile(folder, "err", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(at.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Integer exit = await(builder.start(), bound);
      if (exit == null) {
        throw new LeftOutException(
            "%s was not done within %d s and was stopped".formatted(about, bound.toSeconds()));
      }
      if (exit != 0) {
        throw new LeftOutException(
            "%s failed with code %d: %s".formatted(about, exit, lastWords(err, out)));
      }
      return Files.readAllLines(out);
    } catch (IOException e) {
      throw new LeftOutException("%s cannot be run: %s".formatted(about, e.getMessage()));
    }
  }

  /** Its exit code, or null when it had to be killed, with all that it started. */
  private static @Nullable Integer await(Process process, Duration bound)
      throws InterruptedException {
    Thread hook = Thread.ofPlatform().unstarted(() -> kill(process));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : null;
    } finally {
      kill(process);
      process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
      removeHook(hook);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down; the hook kills what is dead.
    }
  }

  private static String lastWords(Path... files) throws IOException {
    for (Path file : files) {
      String text = Files.readString(file).strip().replaceAll("\\s+", " ");
      if (!text.isEmpty()) {
        return text.substring(Math.max(0, text.length() - LAST_WORDS));
      }
    }
    return "it said nothing";
  }
}
