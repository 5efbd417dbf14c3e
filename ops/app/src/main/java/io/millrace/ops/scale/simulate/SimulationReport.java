package io.millrace.ops.scale.simulate;

import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Unit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scores in the form of the bench's reports, which can be written as a page with plots. */
public final class SimulationReport {
  private SimulationReport() {}

  /** All of them, a case for each trace. */
  public static BenchReport of(
      List<Score> scores, Map<String, String> settings, long seed, Instant at) {
    return new BenchReport(
        at,
        Map.of(),
        Map.of(),
        new TreeMap<>(settings),
        seed,
        false,
        List.of(
            "Simulated in virtual time, not measured; the controller is the one that scales real"
                + " workers",
            "late: jobs that waited longer than the target; worker-hours: of all workers from start"
                + " to end; turns: changes in the other direction than the one before"),
        scores.stream().map(SimulationReport::measurement).toList());
  }

  private static Measurement measurement(Score score) {
    return new Measurement(
        score.trace(),
        score.policy(),
        List.of(
            new Figure("late", "late jobs, of 1", Unit.COUNT, score.lateShare()),
            new Figure("p50-wait", "wait p50", Unit.SECONDS, score.p50Wait()),
            new Figure("p99-wait", "wait p99", Unit.SECONDS, score.p99Wait()),
            new Figure("peak", "longest backlog", Unit.COUNT, score.peak()),
            new Figure("worker-hours", "worker-hours", Unit.COUNT, score.workerHours()),
            new Figure("times-least", "worker-hours by the least", Unit.COUNT, score.costRatio()),
            new Figure("changes", "changes", Unit.COUNT, score.changes()),
            new Figure("turns", "turns", Unit.COUNT, score.turns()),
            new Figure("interrupted", "interrupted jobs", Unit.COUNT, score.interrupted())),
        List.of(
            new Series("workers over time", Unit.COUNT, score.workers()),
            new Series("jobs that wait, over time", Unit.COUNT, score.backlog())),
        List.of(),
        Map.of(),
        List.of());
  }
}
