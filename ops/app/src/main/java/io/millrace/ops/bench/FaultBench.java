package io.millrace.ops.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs the integration tests of faults that last, with the checkout's own Maven. */
public final class FaultBench {
  /** Set by {@code ops/millrace} to the checkout it is in. */
  static final String CHECKOUT = "MILLRACE_CHECKOUT";

  private static final List<String> COMMAND =
      List.of(
          "./mvnw",
          "-B",
          "-ntp",
          "-Pfaults",
          "-pl",
          "ops/app",
          "-am",
          "-Dboot.repackage.skip=true",
          "-Dspotless.check.skip=true",
          "-Dfailsafe.failIfNoSpecifiedTests=false",
          "verify");

  /** Of Maven's lines, those that say how far it is and what went wrong. */
  private static final Pattern TOLD =
      Pattern.compile("(.*(Running |Tests run|BUILD ).*|\\[ERROR\\].*|seed of .*|20,000 jobs .*)");

  private final PrintWriter out;

  public FaultBench(PrintWriter out) {
    this.out = out;
  }

  /** The checkout around a folder, or the one the launcher names; null when there is none. */
  public static @Nullable Path checkout(Path folder, Map<String, String> environment) {
    String named = environment.get(CHECKOUT);
    Path given = named == null ? folder.toAbsolutePath() : Path.of(named).toAbsolutePath();
    for (Path at = given; at != null; at = at.getParent()) {
      if (Files.isExecutable(at.resolve("mvnw"))
          && Files.isRegularFile(at.resolve("ops/app/pom.xml"))) {
        return at;
      }
    }
    return null;
  }

  /** True when all tests passed. */
  public boolean run(Path checkout) throws IOException, InterruptedException {
    long began = System.nanoTime();
    out.println("Tests of faults in " + checkout + "; they take a while.");
    out.flush();
    Process maven =
        new ProcessBuilder(COMMAND).directory(checkout.toFile()).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(maven::destroy));
    maven.getOutputStream().close();
    try (BufferedReader lines = new BufferedReader(maven.inputReader(StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (TOLD.matcher(line).matches()) {
          out.println(line);
          out.flush();
        }
      }
    }
    boolean passed = maven.waitFor() == 0;
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    out.printf("%s after %d s.%n", passed ? "All passed" : "Not all passed", took.toSeconds());
    out.flush();
    return passed;
  }
}
