package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.BulkResult;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.Drained;
import io.millrace.ops.bench.stack.Layout;
import io.millrace.ops.bench.stack.Spent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How fast one worker empties a queue: from the first claim to the last recorded outcome, by the
 * jobs' own records. The queue is filled while no worker runs; the code that drains it has been
 * warmed up in the same JVM. Its costs have the worker's start in them.
 */
public final class DrainCase implements BenchCase {
  private static final Sizes FULL = new Sizes(100_000, 3 * 100_000, 3);
  private static final Sizes QUICK = new Sizes(20_000, 60_000, 1);

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param jobs in the queue, at least 1
   * @param warmUp jobs run before
   * @param repetitions whose median counts, at least 1; one more goes before
   */
  public record Sizes(long jobs, long warmUp, int repetitions) {}

  public DrainCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public DrainCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "drain";
  }

  @Override
  public String title() {
    return "Emptying a queue of echo jobs";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      findings.fault(rig.warmUp(sizes.warmUp()));
      rig.stopWorker();
      // A worker that starts in a warm JVM brings code of its own: this one is not counted.
      repeat(rig, sizes, 0, findings);
      List<Repetition> done = new ArrayList<>();
      for (int i = 1; i <= sizes.repetitions(); i++) {
        done.add(repeat(rig, sizes, i, findings));
      }
      done.sort(Comparator.comparingDouble(repetition -> repetition.drained().rate()));
      Repetition median = done.get(done.size() / 2);
      findings.figure(
          "jobs-per-second", "jobs per second", Unit.PER_SECOND, median.drained().rate());
      findings.series(series(median.drained()));
      findings.costs(median.costs());
    }
    return findings.measured();
  }

  private record Repetition(Drained drained, Map<String, Double> costs) {}

  private static Repetition repeat(Rig rig, Sizes sizes, int number, Findings findings)
      throws Exception {
    UUID mark = rig.probe().mark();
    long before = rig.succeeded();
    BulkResult filled = rig.fill("fill " + number, sizes.jobs(), Rig.ECHO);
    findings.faults(filled.faults());
    Spent begin = Spent.settled(rig.stack());
    rig.startWorker();
    findings.fault(rig.awaitSucceeded("drain " + number, before, sizes.jobs()));
    Spent end = Spent.atEndOfWorker(rig.stack());
    Drained drained = rig.probe().drained(mark);
    if (drained.succeeded() != sizes.jobs()) {
      findings.fault(
          "drain %d: %,d of %,d jobs have succeeded"
              .formatted(number, drained.succeeded(), sizes.jobs()));
    }
    return new Repetition(drained, end.perThousand(begin, sizes.jobs()));
  }

  private static Series series(Drained drained) {
    List<Series.Point> points = new ArrayList<>();
    for (int second = 0; second < drained.inSeconds().size(); second++) {
      points.add(new Series.Point(second + 1.0, drained.inSeconds().get(second)));
    }
    return new Series("jobs completed per second", Unit.PER_SECOND, points);
  }
}
