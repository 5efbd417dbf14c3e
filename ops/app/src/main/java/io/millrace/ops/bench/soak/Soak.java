package io.millrace.ops.bench.soak;

import io.millrace.model.JobState;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.Progress;
import io.millrace.ops.bench.cases.Rig;
import io.millrace.ops.bench.load.LoadGenerator;
import io.millrace.ops.bench.load.LoadPlan;
import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.stack.HostProcess;
import io.millrace.ops.bench.stack.Layout;
import io.millrace.ops.bench.stack.LibraryLog;
import io.millrace.ops.bench.stack.Vitals;
import io.millrace.ops.bench.suite.RunFolder;
import io.millrace.store.InvariantStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a soak on a Millrace of its own and tells how it went. Servers, API and worker have a
 * process each, because the embedded broker is not what is judged: its own histograms of requests
 * take hours to fill up.
 */
public final class Soak {
  private static final long SEED = 1;

  /** How long the last jobs may take to finish. */
  private static final Duration SETTLING = Duration.ofMinutes(2);

  private static final long PAUSE_MILLIS = 200;

  /** Each scans all jobs, of which a long soak leaves millions. */
  private static final Duration INVARIANT = Duration.ofMinutes(30);

  private final SoakPlan plan;
  private final Progress progress;
  private final PrintWriter out;
  private final PrintWriter err;

  public Soak(SoakPlan plan, Progress progress, PrintWriter out, PrintWriter err) {
    this.plan = plan;
    this.progress = progress;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs it.
   *
   * @return whether it passed
   * @throws InterruptedException after all that it had started was stopped
   */
  public boolean run() throws IOException, InterruptedException, SQLException {
    LibraryLog.mute();
    try (RunFolder folder = RunFolder.create(err);
        Rig rig =
            Rig.start(
                new BenchRun(folder.path(), false, SEED, progress),
                "soak",
                Layout.APART,
                Map.of())) {
      SoakVerdict verdict = SoakVerdict.of(soak(rig));
      say("");
      verdict.lines().forEach(this::say);
      return verdict.passed();
    }
  }

  private Outcome soak(Rig rig) throws IOException, InterruptedException, SQLException {
    UUID mark = rig.probe().mark();
    long before = finished(rig);
    SoakMix mix = new SoakMix();
    List<Reading> readings = new ArrayList<>();
    LoadResult sent = load(rig, mix, before, readings);
    settle(rig);
    return new Outcome(
        plan,
        readings.stream().filter(r -> r.at().compareTo(plan.early()) >= 0).toList(),
        sent.good(),
        sent.errors().values().stream().mapToLong(Long::longValue).sum(),
        mix.doomed(),
        sent.faults(),
        rig.probe().states(mark),
        new InvariantStore(rig.probe().database()).broken(INVARIANT));
  }

  /** The load runs on a thread of its own: a reading with its collection must not hold it up. */
  private LoadResult load(Rig rig, SoakMix mix, long before, List<Reading> readings)
      throws IOException, InterruptedException, SQLException {
    LoadPlan load = LoadPlan.open(plan.connections(), plan.rate(), plan.length(), mix).telling(mix);
    say(Reading.header());
    try (LoadGenerator generator = new LoadGenerator(rig.stack().url());
        ExecutorService thread =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("soak-load").factory())) {
      long began = System.nanoTime();
      Future<LoadResult> sent = thread.submit(() -> generator.run(load, _ -> {}));
      try {
        for (Duration at : plan.readings()) {
          awaitUntil(sent, began + at.toNanos());
          Reading reading = read(rig, mix, before, at);
          readings.add(reading);
          say(reading.line());
        }
        return sent.get();
      } catch (ExecutionException e) {
        throw new IOException("the load of the soak failed: " + e.getCause(), e);
      } finally {
        sent.cancel(true);
      }
    }
  }

  /** Returns at that time; throws before when the load has failed. */
  private static void awaitUntil(Future<LoadResult> sent, long nanos)
      throws ExecutionException, InterruptedException {
    try {
      sent.get(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // It goes on, as it should.
    }
  }

  private static Reading read(Rig rig, SoakMix mix, long before, Duration at)
      throws IOException, SQLException {
    long heap = 0;
    Vitals vitals = Vitals.NONE;
    for (HostProcess host : rig.stack().product()) {
      vitals = vitals.and(host.vitals());
      heap += host.heap();
    }
    return new Reading(
        at,
        mix.accepted(),
        finished(rig) - before,
        heap,
        vitals.threads(),
        vitals.handles(),
        rig.probe().connections());
  }

  private static void settle(Rig rig) throws InterruptedException {
    long until = System.nanoTime() + SETTLING.toNanos();
    while (rig.probe().counts(Rig.POOL).keySet().stream().anyMatch(state -> !state.isFinal())
        && System.nanoTime() - until < 0) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private static long finished(Rig rig) {
    return rig.probe().counts(Rig.POOL).entrySet().stream()
        .filter(entry -> entry.getKey().isFinal())
        .mapToLong(Map.Entry<JobState, Long>::getValue)
        .sum();
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }
}
