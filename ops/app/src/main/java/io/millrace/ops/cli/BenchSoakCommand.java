package io.millrace.ops.cli;

import io.millrace.ops.bench.soak.Soak;
import io.millrace.ops.bench.soak.SoakPlan;
import io.millrace.ops.bench.suite.ConsoleProgress;
import io.millrace.ops.report.Terminal;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a constant load for long and checks that nothing is lost and nothing grows. */
@Command(
    name = "soak",
    sortOptions = false,
    description = {
      "Submits jobs at a constant rate to an all-in-one Millrace of its own in a temporary folder,"
          + " prints a line a minute, and checks at the end that no job was lost and that neither"
          + " heap, threads, files nor connections have grown. The exit code is 1 when they have."
    })
final class BenchSoakCommand implements Callable<Integer> {
  private static final int MOST_MINUTES = 10_080;
  private static final int MOST_RATE = 5_000;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "length of the load, 1 to " + MOST_MINUTES + ", a week (default: 60)")
  int minutes = 60;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "submissions per second, one job each, 1 to " + MOST_RATE + " (default: 200)")
  int rate = 200;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    BenchCommand.refuseOptionsBefore(spec);
    check("--minutes", minutes, MOST_MINUTES);
    check("--rate", rate, MOST_RATE);
    PrintWriter out = spec.commandLine().getOut();
    Soak soak =
        new Soak(
            SoakPlan.ofMinutes(minutes, rate),
            new ConsoleProgress(out, Terminal.detect(System.getenv())),
            out,
            spec.commandLine().getErr());
    return soak.run() ? ExitCode.OK : ExitCode.JOB_FAILED;
  }

  private void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s is %d, but must be 1 to %d.".formatted(option, value, most));
    }
  }
}
