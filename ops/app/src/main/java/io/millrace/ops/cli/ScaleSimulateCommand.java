package io.millrace.ops.cli;

import io.millrace.document.Durations;
import io.millrace.ops.bench.report.ReportFolder;
import io.millrace.ops.report.Terminal;
import io.millrace.ops.scale.policy.Rules;
import io.millrace.ops.scale.simulate.Contest;
import io.millrace.ops.scale.simulate.Pattern;
import io.millrace.ops.scale.simulate.Plant;
import io.millrace.ops.scale.simulate.Score;
import io.millrace.ops.scale.simulate.ScoreTable;
import io.millrace.ops.scale.simulate.SimulationReport;
import io.millrace.ops.scale.simulate.Trace;
import io.millrace.ops.scale.simulate.TraceFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays arrivals against scaling policies. */
@Command(
    name = "simulate",
    sortOptions = false,
    description = {
      "Plays arrivals of jobs against all policies, against what KEDA with the autoscaler of"
          + " Kubernetes does, and against a fixed fleet, in virtual time; prints what the jobs"
          + " waited and what the workers cost. The same options give the same numbers.",
      "A trace has lines second,arrivals or second,arrivals,run_millis."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:played", "2:an option or the trace makes no sense"})
final class ScaleSimulateCommand implements Callable<Integer> {
  private static final int MOST_WORKERS = 1_000;
  private static final int MOST_SLOTS = 1_000;

  @Parameters(paramLabel = "TRACE.csv", arity = "0..1", description = "the trace")
  private @Nullable Path file;

  @Option(
      names = "--pattern",
      paramLabel = "NAME",
      description =
          "instead of a trace: burst, diurnal, spikes, step, ramp, on-off, outage, heavy-tail, or"
              + " all (default: all)")
  private @Nullable String pattern;

  @Option(
      names = "--min",
      paramLabel = "N",
      description = "least workers, 0 to " + MOST_WORKERS + " (default: 1)")
  private int min = 1;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "most workers, 1 to " + MOST_WORKERS + " (default: 20)")
  private int max = 20;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "jobs a worker runs at once, 1 to " + MOST_SLOTS + " (default: 4)")
  private int slots = 4;

  @Option(
      names = "--run",
      paramLabel = "TIME",
      description = "mean run time of a job, 1ms to 1h (default: 500ms)")
  private String run = "500ms";

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "from the decision to a worker's first claim, 0ms to 10m (default: 4s)")
  private String start = "4s";

  @Option(
      names = "--target",
      paramLabel = "TIME",
      description = "a job that waits longer is late, 1s to 1h (default: 30s)")
  private String target = "30s";

  @Option(names = "--seed", paramLabel = "N", description = "of all that is random (default: 1)")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "write report.html with plots, and report.json")
  private @Nullable Path out;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Duration runs = time("--run", run, Duration.ofMillis(1), Duration.ofHours(1));
    Duration starts = time("--start", start, Duration.ZERO, Duration.ofMinutes(10));
    Duration waits = time("--target", target, Duration.ofSeconds(1), Duration.ofHours(1));
    check("--min", min, 0, MOST_WORKERS);
    check("--max", max, 1, MOST_WORKERS);
    check("--slots", slots, 1, MOST_SLOTS);
    if (min > max) {
      throw refused("--min is %d, more than --max, which is %d.".formatted(min, max));
    }
    List<Trace> traces = traces(runs.toMillis() / 1000.0);
    ReportFolder folder = out == null ? null : ReportFolder.open(out);
    Contest contest =
        new Contest(
            new Plant(slots, starts.toMillis(), waits.toMillis(), seed), Rules.between(min, max));
    List<Score> scores = new ArrayList<>();
    for (Trace trace : traces) {
      List<Score> played = contest.play(trace);
      print(trace, played, waits);
      scores.addAll(played);
    }
    if (folder != null) {
      folder.write(SimulationReport.of(scores, settings(), seed, Instant.now()));
      spec.commandLine().getOut().println("Written to " + folder.html() + ".");
    }
    return ExitCode.OK;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("min", String.valueOf(min));
    settings.put("max", String.valueOf(max));
    settings.put("slots", String.valueOf(slots));
    settings.put("run", run);
    settings.put("start", start);
    settings.put("target", target);
    return settings;
  }

  private List<Trace> traces(double runSeconds) throws IOException {
    if (file != null && pattern != null) {
      throw refused("Give a TRACE.csv or --pattern, not both.");
    }
    if (file != null) {
      try {
        return List.of(TraceFile.read(file, runSeconds, seed));
      } catch (IllegalArgumentException e) {
        throw refused(e.getMessage() + ".");
      }
    }
    if (pattern == null || pattern.equals("all")) {
      return Arrays.stream(Pattern.values()).map(one -> one.draw(runSeconds, seed)).toList();
    }
    Pattern known =
        Pattern.named(pattern)
            .orElseThrow(
                () ->
                    refused(
                        "--pattern is \"%s\"; the patterns are %s, and all."
                            .formatted(pattern, names())));
    return List.of(known.draw(runSeconds, seed));
  }

  private void print(Trace trace, List<Score> scores, Duration target) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %,d jobs in %,d s; late is what waits longer than %s%n",
        trace.name(),
        trace.jobs(),
        trace.lengthMillis() / 1000,
        Durations.show(target));
    ScoreTable.lines(scores, Terminal.detect(System.getenv()).columns()).forEach(out::println);
    out.println();
    out.flush();
  }

  private static String names() {
    return Arrays.stream(Pattern.values()).map(Pattern::wireName).collect(Collectors.joining(", "));
  }

  private Duration time(String option, String text, Duration least, Duration most) {
    return Durations.parse(text)
        .filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0)
        .orElseThrow(
            () ->
                refused(
                    "%s is \"%s\", but must be a time from %s to %s, such as 30s."
                        .formatted(option, text, Durations.show(least), Durations.show(most))));
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw refused("%s is %d, but must be %d to %d.".formatted(option, value, least, most));
    }
  }

  private ParameterException refused(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
