package io.millrace.ops.bench.cases;

import io.millrace.model.JobState;
import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.BulkResult;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.HostProcess;
import io.millrace.ops.bench.stack.Layout;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a running job costs the worker that runs it, in heap: sleeping jobs, all at once, on a
 * worker in a JVM of its own. The heap is that after a collection, with the jobs running, less that
 * before they came.
 */
public final class LongJobsCase implements BenchCase {
  private static final double KIB = 1024;

  /** A worker with a queue takes up a whole batch or nothing: so many slots may stay empty. */
  private static final int BATCH = 512;

  /** Longer than the case takes; they are handed back at its end. */
  private static final String SLEEP = "{\"type\":\"sleep\",\"payload\":{\"millis\":3600000}}";

  private static final Sizes FULL = new Sizes(List.of(2_000, 10_000), 5_000);
  private static final Sizes QUICK = new Sizes(List.of(2_000), 2_000);

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param running how many jobs at once, ascending; the first gives the figure without a number
   * @param warmUp echo jobs run before
   */
  public record Sizes(List<Integer> running, long warmUp) {}

  public LongJobsCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public LongJobsCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "long-jobs";
  }

  @Override
  public String title() {
    return "Heap of a worker per running job";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    int most = sizes.running().stream().max(Comparator.naturalOrder()).orElseThrow();
    Map<String, String> properties =
        Map.of(
            "millrace.worker.pools.default.slots",
            String.valueOf(most + BATCH),
            "millrace.worker.pools.default.batch",
            String.valueOf(BATCH),
            "millrace.worker.pools.cpu.slots",
            "1",
            "millrace.worker.drain",
            "0s");
    Findings findings = new Findings(name());
    try (Rig rig = Rig.start(run, name(), Layout.APART, properties)) {
      findings.fault(rig.warmUp(sizes.warmUp()));
      HostProcess worker = rig.stack().worker();
      long before = worker.heap();
      int running = 0;
      for (int goal : sizes.running()) {
        findings.faults(start(rig, goal - running, goal));
        running = goal;
        double each = (worker.heap() - before) / KIB / goal;
        String at = goal == sizes.running().getFirst() ? "" : "@" + goal;
        String label = "heap per job, %,d running".formatted(goal);
        findings.figure("heap-per-job" + at, label, Unit.KIB, each);
      }
      long counted = rig.probe().count(Rig.POOL, JobState.RUNNING);
      findings.figure("running", "jobs that ran at once", Unit.COUNT, counted);
    }
    return findings.measured();
  }

  private static List<String> start(Rig rig, int more, int goal) throws Exception {
    BulkResult filled = rig.fill(goal + " sleepers", more, SLEEP);
    String fault =
        rig.await("jobs running", goal, () -> rig.probe().count(Rig.POOL, JobState.RUNNING));
    return fault == null ? filled.faults() : List.of(fault);
  }
}
