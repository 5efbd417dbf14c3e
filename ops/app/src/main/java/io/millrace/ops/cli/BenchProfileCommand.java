package io.millrace.ops.cli;

import io.millrace.ops.bench.ProfileBench;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures {@code dataset.profile} inside the running service. */
@Command(
    name = "profile",
    sortOptions = false,
    description = {
      "Measures rows per second of dataset.profile on generated trips of 10 columns, on a stack of"
          + " its own in a temporary folder, with full durability."
    })
final class BenchProfileCommand implements Callable<Integer> {
  private static final List<Long> ROWS = List.of(1_000_000L, 10_000_000L);

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

  @Override
  public Integer call() throws Exception {
    BenchCommand.refuseOptionsBefore(spec);
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
    List<Long> sizes = rows.isEmpty() ? ROWS : rows;
    return new ProfileBench(spec.commandLine().getOut()).run(sizes, runs)
        ? ExitCode.OK
        : ExitCode.JOB_FAILED;
  }
}
