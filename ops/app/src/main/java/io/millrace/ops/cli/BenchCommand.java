package io.millrace.ops.cli;

import io.millrace.ops.bench.FaultBench;
import io.millrace.ops.bench.ProfileBench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures Millrace on this machine. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures Millrace on this machine, on a stack of its own in a temporary folder, with full"
          + " durability.",
      "profile: rows per second of dataset.profile on generated trips of 10 columns.",
      "faults: the tests of faults that last minutes, with ./mvnw in the checkout; about a quarter of"
          + " an hour."
    })
final class BenchCommand implements Callable<Integer> {
  /** What can be measured. */
  enum Case {
    /** {@code dataset.profile} inside the running service. */
    PROFILE,
    /** The integration tests tagged {@code faults}. */
    FAULTS
  }

  @Parameters(paramLabel = "CASE", description = "profile or faults")
  Case what = Case.PROFILE;

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      description = "rows of the files, comma-separated (default: 1000000,10000000)")
  List<Long> rows = new ArrayList<>();

  @Option(names = "--runs", paramLabel = "N", description = "runs of each file (default: 3)")
  int runs = 3;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private int faults() throws Exception {
    Path checkout = FaultBench.checkout(Path.of(""), System.getenv());
    if (checkout == null) {
      throw new ParameterException(
          spec.commandLine(),
          "bench faults runs tests, so it needs a checkout of Millrace: start it from inside one, or"
              + " with its ops/millrace.");
    }
    return new FaultBench(spec.commandLine().getOut()).run(checkout)
        ? ExitCode.OK
        : ExitCode.JOB_FAILED;
  }

  @Override
  public Integer call() throws Exception {
    if (runs < 1 || runs > 100) {
      throw new ParameterException(
          spec.commandLine(), "--runs is " + runs + ", but must be 1 to 100.");
    }
    for (long size : rows) {
      if (size < 1 || size > 1_000_000_000L) {
        throw new ParameterException(
            spec.commandLine(), "--rows has " + size + ", but each must be 1 to 1000000000.");
      }
    }
    List<Long> sizes = rows.isEmpty() ? List.of(1_000_000L, 10_000_000L) : rows;
    return switch (what) {
      case PROFILE ->
          new ProfileBench(spec.commandLine().getOut()).run(sizes, runs)
              ? ExitCode.OK
              : ExitCode.JOB_FAILED;
      case FAULTS -> faults();
    };
  }
}
