package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.Answers;
import io.millrace.ops.bench.load.LoadPlan;
import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.load.Requests;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.stack.JobTimes;
import io.millrace.ops.bench.stack.Layout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How soon a job is taken up and done while little waits: servers, API and worker each in a JVM of
 * its own, single submissions at a steady rate.
 *
 * <p>{@code start} runs from the begin of the transaction that stores the job ({@code created_at})
 * to the claim ({@code started_at}), both by the database's clock: so the commit is in it, and the
 * way of the claim's answer to the worker is not. {@code result} runs from the sending of the
 * request, by the clock of the bench, to the begin of the transaction that records the outcome
 * ({@code finished_at}); that commit is not in it. All are on one machine and share its clock.
 */
public final class PickUpCase implements BenchCase {
  private static final int MOST_CONNECTIONS = 256;
  private static final long MOST_MICROS = Duration.ofHours(1).toMillis() * 1000;
  private static final int ID_CHARS = 36;
  private static final byte[] ID = "\"id\":\"".getBytes(StandardCharsets.US_ASCII);

  private static final Sizes FULL =
      new Sizes(
          List.of(new Rate(50, Duration.ofSeconds(60)), new Rate(500, Duration.ofSeconds(30))),
          new Rate(500, Duration.ofSeconds(40)));
  private static final Sizes QUICK =
      new Sizes(
          List.of(new Rate(50, Duration.ofSeconds(10)), new Rate(500, Duration.ofSeconds(10))),
          new Rate(500, Duration.ofSeconds(6)));

  private final @Nullable Sizes given;

  /** So many submissions a second, for so long. */
  public record Rate(int perSecond, Duration length) {}

  /**
   * How much.
   *
   * @param rates measured one after the other
   * @param warmUp before
   */
  public record Sizes(List<Rate> rates, Rate warmUp) {}

  public PickUpCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public PickUpCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "pick-up";
  }

  @Override
  public String title() {
    return "From a submission to its start and its result";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    try (Rig rig = Rig.start(run, name(), Layout.APART, Map.of())) {
      measure(rig, sizes.warmUp(), "warm-up, ", new Findings(name()));
      for (Rate rate : sizes.rates()) {
        measure(rig, rate, "", findings);
      }
    }
    return findings.measured();
  }

  private static void measure(Rig rig, Rate rate, String prefix, Findings findings)
      throws Exception {
    String what = prefix + rate.perSecond() + "/s";
    UUID mark = rig.probe().mark();
    long before = rig.succeeded();
    Sent sent = new Sent();
    Requests requests = Requests.same(Requests.post(Rig.JOBS, Rig.ECHO));
    LoadResult result =
        rig.load(
            what,
            LoadPlan.open(MOST_CONNECTIONS, rate.perSecond(), rate.length(), requests)
                .telling(sent));
    findings.faults(what, result);
    findings.fault(rig.awaitSucceeded(what, before, result.good()));
    Histogram start = new Histogram(1, MOST_MICROS, 3);
    Histogram done = new Histogram(1, MOST_MICROS, 3);
    for (JobTimes times : rig.probe().times(mark)) {
      Long from = sent.micros.get(times.id());
      if (from != null) {
        start.recordValue(Math.clamp(times.started() - times.created(), 1, MOST_MICROS));
        done.recordValue(Math.clamp(times.finished() - from, 1, MOST_MICROS));
      }
    }
    if (done.getTotalCount() != result.good()) {
      findings.fault(
          "%s: %,d of %,d jobs have a result".formatted(what, done.getTotalCount(), result.good()));
    }
    String at = "@" + rate.perSecond();
    findings.percentile("start-p50" + at, "claimed after, p50, " + what, start, 50);
    findings.percentile("start-p99" + at, "claimed after, p99, " + what, start, 99);
    findings.percentile("result-p50" + at, "result after, p50, " + what, done, 50);
    findings.percentile("result-p99" + at, "result after, p99, " + what, done, 99);
    findings.latencies("from stored to claimed, " + what, start);
    findings.latencies("from sent to result, " + what, done);
  }

  /** Remembers when the submission of each job was sent; written by the load's thread. */
  private static final class Sent implements Answers {
    private final Map<UUID, Long> micros = new HashMap<>();

    @Override
    public void answered(int status, long sentMicros, byte[] body, int length) {
      if (status / 100 != 2) {
        return;
      }
      for (int at = 0; at + ID.length + ID_CHARS <= length; at++) {
        if (java.util.Arrays.equals(body, at, at + ID.length, ID, 0, ID.length)) {
          String id = new String(body, at + ID.length, ID_CHARS, StandardCharsets.US_ASCII);
          micros.put(UUID.fromString(id), sentMicros);
          return;
        }
      }
    }
  }
}
