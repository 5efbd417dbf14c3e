package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.LoadPlan;
import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.load.Requests;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.Layout;
import io.millrace.ops.bench.stack.Spent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One job per request, each answered after its commit, as fast as so many clients go: each sends
 * its next request when the answer has come. No worker runs meanwhile.
 */
public final class SubmitSingleCase implements BenchCase {
  private static final List<Integer> CLIENTS = List.of(16, 64, 256, 1_000);
  private static final int WARM_UP_CLIENTS = 64;

  /** Whose costs are kept. */
  private static final int COSTED = 64;

  private static final Sizes FULL =
      new Sizes(CLIENTS, Duration.ofSeconds(10), Duration.ofSeconds(40));
  private static final Sizes QUICK =
      new Sizes(CLIENTS, Duration.ofSeconds(3), Duration.ofSeconds(5));

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param clients at once, measured one after the other
   * @param each how long each of them
   * @param warmUp how long before
   */
  public record Sizes(List<Integer> clients, Duration each, Duration warmUp) {}

  public SubmitSingleCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public SubmitSingleCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "submit-single";
  }

  @Override
  public String title() {
    return "Submitting one job per request";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    Requests requests = Requests.same(Requests.post(Rig.JOBS, Rig.ECHO));
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      rig.stopWorker();
      rig.load("warm-up", LoadPlan.closed(WARM_UP_CLIENTS, sizes.warmUp(), requests));
      for (int clients : sizes.clients()) {
        String what = clients + " clients";
        Spent before = Spent.by(rig.stack());
        LoadResult result = rig.load(what, LoadPlan.closed(clients, sizes.each(), requests));
        if (clients == COSTED) {
          findings.costs(Spent.by(rig.stack()).perThousand(before, Math.max(1, result.good())));
        }
        add(findings, "@" + clients, what, result);
      }
    }
    return findings.measured();
  }

  private static void add(Findings findings, String at, String what, LoadResult result) {
    findings.figure(
        "submits-per-second" + at, "submissions/s, " + what, Unit.PER_SECOND, result.rate());
    findings.percentile("p50" + at, "p50, " + what, result.micros(), 50);
    findings.percentile("p95" + at, "p95, " + what, result.micros(), 95);
    findings.percentile("p99" + at, "p99, " + what, result.micros(), 99);
    findings.figure("errors" + at, "errors, " + what, Unit.COUNT, result.errorCount());
    findings.series(result.series("submissions, " + what));
    findings.latencies("submission, " + what, result.micros());
    findings.faults(what, result);
  }
}
