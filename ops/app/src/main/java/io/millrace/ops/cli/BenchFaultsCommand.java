package io.millrace.ops.cli;

import io.millrace.ops.bench.FaultBench;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the integration tests tagged {@code faults}. */
@Command(
    name = "faults",
    description = {
      "Runs the tests of faults that last minutes, with ./mvnw in the checkout; about a quarter of"
          + " an hour."
    })
final class BenchFaultsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    BenchCommand.refuseOptionsBefore(spec);
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
}
