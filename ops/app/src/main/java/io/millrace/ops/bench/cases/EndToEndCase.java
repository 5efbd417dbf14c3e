package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.BulkResult;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.Layout;
import io.millrace.ops.bench.stack.Spent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Submission and execution at once, in a steady state: batches go in as fast as they are accepted
 * while the unfinished jobs stay below a bound. The rate is that of the jobs finished in a window,
 * by the queue counters.
 */
public final class EndToEndCase implements BenchCase {
  private static final long MOST_UNFINISHED = 20_000;

  private static final Sizes FULL =
      new Sizes(3 * 100_000, Duration.ofSeconds(15), Duration.ofSeconds(30), MOST_UNFINISHED);
  private static final Sizes QUICK =
      new Sizes(20_000, Duration.ofSeconds(6), Duration.ofSeconds(6), MOST_UNFINISHED);

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param warmUp jobs run before anything else
   * @param settling how long it goes before the window
   * @param window how long is measured
   * @param mostUnfinished jobs at any time
   */
  public record Sizes(long warmUp, Duration settling, Duration window, long mostUnfinished) {}

  public EndToEndCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public EndToEndCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "end-to-end";
  }

  @Override
  public String title() {
    return "Submitting and running at once";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      findings.fault(rig.warmUp(sizes.warmUp()));
      Spent[] spent = new Spent[2];
      long before = rig.succeeded();
      SteadyFlow flow =
          new SteadyFlow(
              sizes.mostUnfinished(),
              sizes.settling(),
              sizes.window(),
              before,
              () -> spent[0] = Spent.now(rig.stack()),
              () -> spent[1] = Spent.now(rig.stack()));
      BulkResult result = rig.flow(flow, sizes.settling().plus(sizes.window()));
      findings.faults(result.faults());
      findings.fault(rig.awaitSucceeded("rest", before, result.accepted()));
      findings.figure("jobs-per-second", "jobs per second", Unit.PER_SECOND, flow.rate());
      findings.costs(spent[1].perThousand(spent[0], Math.max(1, flow.finished())));
    }
    return findings.measured();
  }
}
