package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.BulkResult;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.Layout;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Jobs as the lines of four batches at once: from the first line sent to the last line answered. No
 * worker runs meanwhile.
 */
public final class SubmitBulkCase implements BenchCase {
  private static final Sizes FULL = new Sizes(200_000, 3 * 100_000);
  private static final Sizes QUICK = new Sizes(20_000, 20_000);

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param lines of all batches together
   * @param warmUp lines before
   */
  public record Sizes(long lines, long warmUp) {}

  public SubmitBulkCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public SubmitBulkCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "submit-bulk";
  }

  @Override
  public String title() {
    return "Submitting batches of lines";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      rig.stopWorker();
      findings.faults(rig.fill("warm-up", sizes.warmUp(), Rig.ECHO).faults());
      BulkResult result = rig.fill("4 batches", sizes.lines(), Rig.ECHO);
      long errors = sizes.lines() - result.accepted();
      findings.figure("jobs-per-second", "jobs per second", Unit.PER_SECOND, result.rate());
      findings.figure("errors", "lines not accepted", Unit.COUNT, errors);
      findings.faults(result.faults());
    }
    return findings.measured();
  }
}
