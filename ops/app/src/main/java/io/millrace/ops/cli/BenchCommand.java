package io.millrace.ops.cli;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.report.Comparison;
import io.millrace.ops.bench.report.ReportFolder;
import io.millrace.ops.bench.report.ReportJson;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.suite.Cases;
import io.millrace.ops.bench.suite.Closing;
import io.millrace.ops.bench.suite.ConsoleProgress;
import io.millrace.ops.bench.suite.Suite;
import io.millrace.ops.report.Terminal;
import io.millrace.ops.sample.TripSample;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures Millrace on this machine. */
@Command(
    name = "bench",
    sortOptions = false,
    subcommands = {BenchProfileCommand.class, BenchSoakCommand.class, BenchFaultsCommand.class},
    description = {
      "Measures Millrace on this machine, on a stack of its own in a temporary folder, with full"
          + " durability: all cases, about half an hour. Nothing else should run meanwhile.",
      "Prints a table and writes report.json and report.html. The exit code is 1 when something went"
          + " wrong or the comparison failed. docs/bench.md says what is measured."
    })
final class BenchCommand implements Callable<Integer> {
  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("'bench-'uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @Option(
      names = "--only",
      paramLabel = "CASE",
      split = ",",
      description = "only these cases, comma-separated; an unknown one lists them")
  List<String> only = new ArrayList<>();

  @Option(names = "--quick", description = "measure shortly: for a look, not for a document")
  boolean quick;

  @Option(names = "--seed", paramLabel = "S", description = "any whole number (default: 1)")
  long seed = TripSample.DEFAULT_SEED;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the reports go (default: ./bench-<UTC time>)")
  @Nullable Path folder;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "report.json of an older run; fails when a rate is more than 10%% worse")
  @Nullable Path compare;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private final Supplier<List<BenchCase>> cases;

  BenchCommand() {
    this(Cases::all);
  }

  BenchCommand(Supplier<List<BenchCase>> cases) {
    this.cases = cases;
  }

  /** Whatever can be refused is refused before half an hour is measured for nothing. */
  @Override
  public Integer call() throws Exception {
    List<BenchCase> chosen = chosen();
    BenchReport older = older(chosen);
    ReportFolder reports = reports();
    PrintWriter out = spec.commandLine().getOut();
    Terminal terminal = Terminal.detect(System.getenv());
    Suite suite =
        new Suite(
            chosen,
            new Suite.Settings(quick, seed),
            reports,
            new ConsoleProgress(out, terminal),
            out,
            spec.commandLine().getErr());
    boolean passed = new Closing(out, terminal).print(suite.run(), older, reports);
    return passed ? ExitCode.OK : ExitCode.JOB_FAILED;
  }

  /** For the subcommands, to which these options mean nothing. */
  static void refuseOptionsBefore(CommandSpec subcommand) {
    CommandSpec parent = subcommand.parent();
    if (parent != null
        && parent.options().stream()
            .anyMatch(option -> parent.commandLine().getParseResult().hasMatchedOption(option))) {
      throw new ParameterException(
          subcommand.commandLine(),
          "The options before '" + subcommand.name() + "' belong to bench without a command.");
    }
  }

  private List<BenchCase> chosen() {
    try {
      return Cases.named(cases.get(), only);
    } catch (IllegalArgumentException e) {
      throw refused("--only: " + e.getMessage() + ".");
    }
  }

  private @Nullable BenchReport older(List<BenchCase> chosen) {
    if (compare == null) {
      return null;
    }
    if (!Cases.hasFloor(chosen)) {
      throw refused(
          "--compare relates rates to those of the case floor, which --only leaves out; add it.");
    }
    try {
      BenchReport older = ReportJson.read(compare);
      Optional<String> obstacle = Comparison.obstacle(older, quick);
      if (obstacle.isPresent()) {
        throw refused("--compare: " + compare + " cannot be compared: " + obstacle.get() + ".");
      }
      return older;
    } catch (IOException e) {
      throw refused("--compare: " + e.getMessage() + ".");
    }
  }

  private ReportFolder reports() {
    Path target = folder == null ? Path.of(FOLDER.format(Instant.now())) : folder;
    try {
      return ReportFolder.open(target);
    } catch (IOException e) {
      throw refused("--out: " + e.getMessage() + ".");
    }
  }

  private ParameterException refused(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
