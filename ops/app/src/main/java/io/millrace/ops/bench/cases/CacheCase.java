package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.LoadPlan;
import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.load.Requests;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kept results: jobs that are answered by one, beside jobs that run, submitted one per request with
 * a worker that runs them; how often Redis is asked when memory does not hold all; and a herd that
 * asks for the same slow work at once.
 */
public final class CacheCase implements BenchCase {
  private static final int CLIENTS = 64;
  private static final int HERD = 1_000;
  private static final String CACHE = ",\"cache\":{}}";

  /** More pieces of work than memory keeps results of. */
  private static final int WIDE = 3_000;

  private static final Sizes FULL = new Sizes(Duration.ofSeconds(10), Duration.ofSeconds(40));
  private static final Sizes QUICK = new Sizes(Duration.ofSeconds(3), Duration.ofSeconds(6));

  private final @Nullable Sizes given;

  /**
   * How much.
   *
   * @param each how long each part
   * @param warmUp how long before
   */
  public record Sizes(Duration each, Duration warmUp) {}

  public CacheCase() {
    this(null);
  }

  /** With other sizes than its own. */
  public CacheCase(@Nullable Sizes sizes) {
    this.given = sizes;
  }

  @Override
  public String name() {
    return "cache";
  }

  @Override
  public String title() {
    return "Kept results";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    Requests plain = Requests.same(Requests.post(Rig.JOBS, Rig.ECHO));
    Requests kept = Requests.same(Requests.post(Rig.JOBS, echo(1)));
    Requests wide = wide();
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      rig.load("warm-up", LoadPlan.closed(CLIENTS, sizes.warmUp().dividedBy(2), kept));
      rig.load("warm-up", LoadPlan.closed(CLIENTS, sizes.warmUp().dividedBy(2), wide));
      rates(findings, "hits@64", rig.load("hits", closed(CLIENTS, sizes, kept)));
      rates(findings, "hits@1", rig.load("hits, 1 client", closed(1, sizes, kept)));
      Map<String, Double> before = counts(rig.stack().url());
      LoadResult all = rig.load("hits in Redis", closed(CLIENTS, sizes, wide));
      rates(findings, "hits-wide@64", all);
      double trips = counts(rig.stack().url()).getOrDefault("redis.round.trips", 0.0);
      findings.figure(
          "redis-round-trips",
          "questions to Redis per 1,000 submissions",
          Unit.COUNT,
          1_000 * (trips - before.getOrDefault("redis.round.trips", 0.0)) / all.good());
      herd(findings, rig);
      rig.stopWorker();
      rates(findings, "plain@64", rig.load("plain, no worker", closed(CLIENTS, sizes, plain)));
    }
    return findings.measured();
  }

  /** Each connection asks once: its answer comes when the sending is over. */
  private static void herd(Findings findings, Rig rig) throws Exception {
    UUID mark = rig.probe().mark();
    Requests same =
        Requests.same(
            Requests.post(
                Rig.JOBS,
                "{\"type\":\"sleep\",\"payload\":{\"millis\":1000}" + CACHE,
                "Prefer: wait=30\r\n"));
    LoadResult answers = rig.load("herd", LoadPlan.closed(HERD, Duration.ofMillis(500), same));
    findings.figure("herd-answers", "herd: answers", Unit.COUNT, answers.good());
    findings.figure(
        "herd-executions", "herd: jobs that ran", Unit.COUNT, rig.probe().started(mark));
    findings.percentile("herd-p50", "herd: p50", answers.micros(), 50);
    findings.percentile("herd-last", "herd: last answer", answers.micros(), 100);
    findings.faults("herd", answers);
  }

  private static LoadPlan closed(int clients, Sizes sizes, Requests requests) {
    return LoadPlan.closed(clients, sizes.each(), requests);
  }

  private static void rates(Findings findings, String what, LoadResult result) {
    findings.figure(what + "-per-second", what + ", submissions/s", Unit.PER_SECOND, result.rate());
    findings.percentile(what + "-p50", what + ", p50", result.micros(), 50);
    findings.percentile(what + "-p99", what + ", p99", result.micros(), 99);
    findings.faults(what, result);
  }

  private static String echo(int value) {
    return "{\"type\":\"echo\",\"payload\":{\"value\":" + value + "}" + CACHE;
  }

  private static Requests wide() {
    List<byte[]> all =
        IntStream.range(0, WIDE).mapToObj(i -> Requests.post(Rig.JOBS, echo(i))).toList();
    int[] next = {0};
    return () -> all.get(next[0]++ % WIDE);
  }

  /** What the API counted, over all types and tiers. */
  private static Map<String, Double> counts(URI url) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String stats =
          http.send(
                  HttpRequest.newBuilder(url.resolve("/v1/cache/stats")).build(),
                  BodyHandlers.ofString())
              .body();
      Map<String, Double> sums = new TreeMap<>();
      for (Map.Entry<String, JsonNode> name :
          new JsonMapper().readTree(stats).path("counts").properties()) {
        for (JsonNode type : name.getValue()) {
          for (JsonNode tier : type) {
            sums.merge(name.getKey(), tier.doubleValue(), Double::sum);
          }
        }
      }
      return sums;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the API was asked", e);
    }
  }
}
