package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.load.BulkResult;
import io.millrace.ops.bench.load.LoadPlan;
import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.load.Requests;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.bench.stack.Layout;
import io.millrace.ops.bench.stack.Spent;
import io.millrace.ops.bench.stack.TaskTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Workflow runs of nodes that do nothing, started by single requests. First plain jobs as in {@link
 * EndToEndCase}, to relate the nodes to; then runs as fast as they go while a bounded number is
 * unfinished; then a few at a steady rate.
 *
 * <p>A hand-over runs from the end of the last node that another one needs to the end of that one,
 * by the begins of the transactions that record the outcomes. So it has everything in it: commit,
 * announcement, claim, start, the handler that does nothing, and the wait for the recording.
 */
public final class RunsCase implements BenchCase {
  /** Five nodes one after the other. */
  public static final Kind CHAIN = new Kind("runs-chain", new RunShape(new int[] {1, 1, 1, 1, 1}));

  /** One node, a hundred side by side, one that needs them all. */
  public static final Kind FAN_OUT = new Kind("runs-fanout", new RunShape(new int[] {1, 100, 1}));

  private static final String WORKFLOW = "/v1/workflows/bench";
  private static final int CONNECTIONS = 64;
  private static final long MOST_UNFINISHED = 20_000;
  private static final long MOST_MICROS = Duration.ofHours(1).toMillis() * 1000;

  private static final Sizes FULL =
      new Sizes(
          3 * 100_000,
          Duration.ofSeconds(15),
          Duration.ofSeconds(40),
          Duration.ofSeconds(20),
          new Steady(100, Duration.ofSeconds(20)));
  private static final Sizes QUICK =
      new Sizes(
          20_000,
          Duration.ofSeconds(4),
          Duration.ofSeconds(6),
          Duration.ofSeconds(6),
          new Steady(100, Duration.ofSeconds(5)));

  private final Kind kind;
  private final @Nullable Sizes given;

  /** A case's name and what its runs look like. */
  public record Kind(String name, RunShape shape) {}

  /**
   * Runs at a steady rate.
   *
   * @param nodes of all runs together, per second, about
   */
  public record Steady(int nodes, Duration length) {}

  /**
   * How much.
   *
   * @param warmUp jobs run before anything else
   * @param settling how long plain jobs go before their window, which is as long
   * @param warmUpRuns how long runs go before their window
   * @param window how long runs are measured
   */
  public record Sizes(
      long warmUp, Duration settling, Duration warmUpRuns, Duration window, Steady steady) {}

  public RunsCase(Kind kind) {
    this(kind, null);
  }

  /** With other sizes than its own. */
  public RunsCase(Kind kind, @Nullable Sizes sizes) {
    this.kind = kind;
    this.given = sizes;
  }

  @Override
  public String name() {
    return kind.name();
  }

  @Override
  public String title() {
    return "Workflow runs, layers of nodes: " + kind.shape().text();
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Sizes sizes = given != null ? given : run.quick() ? QUICK : FULL;
    Findings findings = new Findings(name());
    try (Rig rig = Rig.start(run, name(), Layout.TOGETHER, Map.of())) {
      rig.put(WORKFLOW, kind.shape().definition());
      findings.fault(rig.warmUp(sizes.warmUp()));
      double plain = plain(rig, sizes, findings);
      long started = flow(rig, sizes, plain, findings);
      started += steady(rig, sizes.steady(), findings);
      long ended = rig.probe().runsSucceeded();
      if (ended != started) {
        findings.fault("%,d runs were started, %,d have succeeded".formatted(started, ended));
      }
    }
    return findings.measured();
  }

  private static double plain(Rig rig, Sizes sizes, Findings findings) throws Exception {
    long before = rig.succeeded();
    SteadyFlow flow =
        new SteadyFlow(
            MOST_UNFINISHED, sizes.settling(), sizes.settling(), before, () -> {}, () -> {});
    BulkResult result = rig.flow(flow, sizes.settling().multipliedBy(2));
    findings.faults(result.faults());
    findings.fault(rig.awaitSucceeded("rest of the plain jobs", before, result.accepted()));
    findings.figure("plain-per-second", "plain jobs per second", Unit.PER_SECOND, flow.rate());
    return flow.rate();
  }

  private long flow(Rig rig, Sizes sizes, double plain, Findings findings) throws Exception {
    int nodes = kind.shape().nodes();
    long before = rig.succeeded();
    Spent[] spent = new Spent[2];
    SteadyFlow flow =
        new SteadyFlow(
            Math.max(1, MOST_UNFINISHED / nodes),
            sizes.warmUpRuns(),
            sizes.window(),
            before / nodes,
            () -> spent[0] = Spent.now(rig.stack()),
            () -> spent[1] = Spent.now(rig.stack()));
    LoadResult result =
        rig.flow(
            "runs", flow, sizes.warmUpRuns().plus(sizes.window()), CONNECTIONS, starts(), nodes);
    findings.faults("runs", result);
    findings.fault(rig.awaitSucceeded("rest of the runs", before, result.good() * nodes));
    double rate = flow.rate() * nodes;
    findings.figure("runs-per-second", "runs per second", Unit.PER_SECOND, flow.rate());
    findings.figure("nodes-per-second", "nodes per second", Unit.PER_SECOND, rate);
    findings.figure(
        "share-of-plain", "nodes per plain job", Unit.RATIO, plain > 0 ? rate / plain : 0);
    findings.costs(spent[1].perThousand(spent[0], Math.max(1, flow.finished() * nodes)));
    return result.good();
  }

  private long steady(Rig rig, Steady steady, Findings findings) throws Exception {
    double perSecond = Math.max(1, (double) steady.nodes() / kind.shape().nodes());
    String what = "%.0f runs/s".formatted(perSecond);
    UUID mark = rig.probe().mark();
    long before = rig.succeeded();
    LoadResult result =
        rig.load(what, LoadPlan.open(CONNECTIONS, perSecond, steady.length(), starts()));
    findings.faults(what, result);
    findings.fault(rig.awaitSucceeded(what, before, result.good() * kind.shape().nodes()));
    Histogram handOvers = handOvers(rig.probe().tasks(mark));
    findings.percentile("hand-over-p50", "from node to node, p50, " + what, handOvers, 50);
    findings.percentile("hand-over-p99", "from node to node, p99, " + what, handOvers, 99);
    findings.latencies("from the end of a node to the end of the next, " + what, handOvers);
    return result.good();
  }

  private static Requests starts() {
    return Requests.same(Requests.post(WORKFLOW + "/runs", "{}"));
  }

  private Histogram handOvers(List<TaskTime> tasks) {
    RunShape shape = kind.shape();
    Map<UUID, long[]> ends = new HashMap<>();
    for (TaskTime task : tasks) {
      long[] latest = ends.computeIfAbsent(task.run(), id -> new long[shape.layers().length]);
      int layer = shape.layer(task.node());
      latest[layer] = Math.max(latest[layer], task.finished());
    }
    Histogram handOvers = new Histogram(1, MOST_MICROS, 3);
    for (TaskTime task : tasks) {
      int layer = shape.layer(task.node());
      long[] latest = ends.get(task.run());
      if (layer > 0 && latest != null) {
        handOvers.recordValue(Math.clamp(task.finished() - latest[layer - 1], 1, MOST_MICROS));
      }
    }
    return handOvers;
  }
}
