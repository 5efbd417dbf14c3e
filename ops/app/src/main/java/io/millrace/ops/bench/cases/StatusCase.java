package io.millrace.ops.bench.cases;

import io.millrace.model.JobState;
import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.LoadPlan;
import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.load.Requests;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.Layout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asking about jobs: 64 callers that poll at random one of many jobs, first of finished ones, then
 * of those that wait; and pages of 100 of a long list, the newest and the very last one, each by a
 * single caller. The long list is written as the intake writes it, but without its HTTP.
 */
public final class StatusCase implements BenchCase {
  private static final int CALLERS = 64;
  private static final int PAGE = 100;

  private static final Sizes FULL =
      new Sizes(20_000, 1_000_000, 10_000, Duration.ofSeconds(10), Duration.ofSeconds(20));
  private static final Sizes QUICK =
      new Sizes(5_000, 100_000, 5_000, Duration.ofSeconds(3), Duration.ofSeconds(6));

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param finished jobs run beforehand
   * @param listed jobs in the long list, more than a page
   * @param polled of how many jobs one is asked about
   * @param each how long each part
   * @param warmUp how long before
   */
  public record Sizes(int finished, int listed, int polled, Duration each, Duration warmUp) {}

  public StatusCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public StatusCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "status";
  }

  @Override
  public String title() {
    return "Asking about jobs and listing them";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      findings.fault(rig.warmUp(sizes.finished()));
      rig.stopWorker();
      Requests finished = requests(rig, JobState.SUCCEEDED, sizes, run.seed());
      rig.load("warm-up", LoadPlan.closed(CALLERS, sizes.warmUp(), finished));
      poll(rig, sizes, "finished", finished, findings);
      rig.store("long list", sizes.listed());
      poll(rig, sizes, "ready", requests(rig, JobState.READY, sizes, run.seed()), findings);
      page(rig, sizes, "first", Rig.JOBS + "?limit=" + PAGE, findings);
      UUID beforeLast = rig.probe().oldest(PAGE);
      page(rig, sizes, "last", Rig.JOBS + "?limit=" + PAGE + "&after=" + beforeLast, findings);
    }
    return findings.measured();
  }

  private static Requests requests(Rig rig, JobState state, Sizes sizes, long seed)
      throws Exception {
    byte[][] all =
        rig.probe().ids(state, sizes.polled()).stream()
            .map(id -> Requests.get(Rig.JOBS + "/" + id))
            .toArray(byte[][]::new);
    if (all.length == 0) {
      throw new IllegalStateException("no job is " + state);
    }
    SplittableRandom random = new SplittableRandom(seed);
    return () -> all[random.nextInt(all.length)];
  }

  private static void poll(Rig rig, Sizes sizes, String which, Requests requests, Findings findings)
      throws Exception {
    LoadResult result = rig.load(which + " jobs", LoadPlan.closed(CALLERS, sizes.each(), requests));
    String at = "@" + which;
    findings.figure(
        "gets-per-second" + at, "GET/s of " + which + " jobs", Unit.PER_SECOND, result.rate());
    findings.percentile("p99" + at, "p99 of " + which + " jobs", result.micros(), 99);
    findings.series(result.series("GET of " + which + " jobs"));
    findings.latencies("GET of " + which + " jobs", result.micros());
    findings.faults(which + " jobs", result);
  }

  private static void page(Rig rig, Sizes sizes, String which, String path, Findings findings)
      throws Exception {
    LoadResult result =
        rig.load(
            which + " page", LoadPlan.closed(1, sizes.each(), Requests.same(Requests.get(path))));
    findings.percentile(
        "page-p50@" + which, "p50 of the " + which + " page of 100", result.micros(), 50);
    findings.latencies("the " + which + " page of 100", result.micros());
    findings.faults(which + " page", result);
  }
}
