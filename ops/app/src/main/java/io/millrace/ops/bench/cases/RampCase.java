package io.millrace.ops.bench.cases;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Callers that wait for their results, at a growing rate until the service is saturated: each
 * submits a job that sleeps 120 to 600 ms, with {@code Prefer: wait}, and is answered with the
 * finished job. A latency is the whole round trip from when the request was due, the sleep
 * included. Saturated means a p99 above 2 s, or errors.
 */
public final class RampCase implements BenchCase {
  private static final int MOST_CONNECTIONS = 4_000;
  private static final int LEAST_SLEEP_MILLIS = 120;
  private static final int MOST_SLEEP_MILLIS = 600;
  private static final int PAYLOADS = 1_000;
  private static final double SATURATED_MILLIS = 2_000;
  private static final double MIB = 1024 * 1024;
  private static final double MICROS_A_MILLI = 1000;

  /** No machine this is for gets there. */
  private static final int MOST_RATE = 100_000;

  private static final List<Integer> RATES = List.of(10, 20, 35, 50, 60);
  private static final Sizes FULL =
      new Sizes(RATES, Duration.ofSeconds(20), Duration.ofSeconds(40), MOST_RATE);
  private static final Sizes QUICK =
      new Sizes(RATES, Duration.ofSeconds(5), Duration.ofSeconds(5), MOST_RATE);

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param rates submissions per second, ascending; from the last one on they double
   * @param stage how long each
   * @param warmUp how long before, at the highest of the rates
   * @param mostRate none above this one
   */
  public record Sizes(List<Integer> rates, Duration stage, Duration warmUp, int mostRate) {}

  public RampCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public RampCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "ramp";
  }

  @Override
  public String title() {
    return "Waiting callers at a growing rate";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    Requests requests = requests(run.seed());
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      int last = sizes.rates().getLast();
      rig.load("warm-up", LoadPlan.open(MOST_CONNECTIONS, last, sizes.warmUp(), requests));
      List<Integer> stages =
          Stream.concat(
                  sizes.rates().stream(),
                  Stream.iterate(2 * last, rate -> rate <= sizes.mostRate(), rate -> 2 * rate))
              .toList();
      for (int rate : stages) {
        if (isSaturated(stage(rig, sizes, rate, requests, findings))) {
          break;
        }
      }
    }
    return findings.measured();
  }

  private static LoadResult stage(
      Rig rig, Sizes sizes, int rate, Requests requests, Findings findings) throws Exception {
    String what = rate + "/s";
    LoadResult result =
        rig.load(what, LoadPlan.open(MOST_CONNECTIONS, rate, sizes.stage(), requests));
    String at = "@" + rate;
    double mean = result.good() == 0 ? 0 : result.micros().getMean() / MICROS_A_MILLI;
    findings.figure("mean" + at, "mean, " + what, Unit.MILLIS, mean);
    findings.percentile("p99" + at, "p99, " + what, result.micros(), 99);
    findings.figure("errors" + at, "errors, " + what, Unit.COUNT, result.errorCount());
    double heap = rig.stack().worker().heap() / MIB;
    findings.figure("heap" + at, "heap after " + what, Unit.MIB, heap);
    findings.latencies("round trip, " + what, result.micros());
    return result;
  }

  private static boolean isSaturated(LoadResult result) {
    return result.errorCount() > 0 || result.millis(99) > SATURATED_MILLIS;
  }

  private static Requests requests(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] all = new byte[PAYLOADS][];
    for (int i = 0; i < all.length; i++) {
      int millis = random.nextInt(LEAST_SLEEP_MILLIS, MOST_SLEEP_MILLIS + 1);
      String json = "{\"type\":\"sleep\",\"payload\":{\"millis\":" + millis + "}}";
      all[i] = Requests.post(Rig.JOBS, json, "Prefer: wait=30\r\n");
    }
    int[] next = {0};
    return () -> all[next[0]++ % all.length];
  }
}
