package io.millrace.workers.upkeep;

import io.millrace.runtime.Leadership;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.PeriodicLoop.Chore;
import io.millrace.store.ArtifactStore;
import io.millrace.store.CancelStore;
import io.millrace.store.Database;
import io.millrace.store.PartitionStore;
import io.millrace.store.QueueStore;
import io.millrace.store.ReplayStore;
import io.millrace.store.TrimStore;
import io.millrace.store.WorkerStore;
import java.time.Duration;
import java.util.List;

/**
 * The chores of the leader: several processes could do them, but would only do the same work again.
 * Each is right when two do it at once, since a leader may be late to learn that it is none.
 */
public final class LeaderChores implements AutoCloseable {
  private static final int ROWS = 1_000;
  private static final Duration KEEP_ENDED_WORKERS = Duration.ofDays(1);
  private static final int ITEMS = 10_000;
  private static final Duration KEEP_REPLAYS = Duration.ofDays(30);
  private static final Duration KEEP_FIRINGS = Duration.ofDays(30);

  private final List<Loop> loops;

  /**
   * Makes the chores; {@link #start()} starts their threads.
   *
   * @param scheduler fires schedules
   * @param retention lets go of old jobs
   * @param runRetention lets go of old workflow runs
   */
  public LeaderChores(
      Database database,
      Leadership leadership,
      Chore scheduler,
      Retention retention,
      Chore runRetention) {
    QueueStore queues = new QueueStore(database);
    CancelStore signals = new CancelStore(database);
    WorkerStore workers = new WorkerStore(database);
    ReplayStore replays = new ReplayStore(database);
    TrimStore trims = new TrimStore(database);
    PartitionStore partitions = new PartitionStore(database);
    this.loops =
        List.of(
            LedChore.loop("schedule", leadership, Duration.ofMillis(200), scheduler),
            LedChore.loop("retention", leadership, Duration.ofMinutes(1), retention),
            LedChore.loop("run-retention", leadership, Duration.ofMinutes(1), runRetention),
            led("analyze", leadership, Duration.ofMinutes(1), partitions::analyzeNew),
            led("count", leadership, Duration.ofSeconds(1), queues::fold),
            LedChore.loop(
                "artifacts",
                leadership,
                Duration.ofMinutes(10),
                new Collector(new ArtifactStore(database))),
            led("signals", leadership, Duration.ofSeconds(5), signals::forgetSignals),
            LedChore.loop(
                "trim", leadership, Duration.ofSeconds(10), () -> trims.expiredKeys(ROWS) == ROWS),
            LedChore.loop(
                "forget",
                leadership,
                Duration.ofHours(1),
                () -> {
                  workers.forget(KEEP_ENDED_WORKERS);
                  boolean more = replays.forget(KEEP_REPLAYS, ITEMS);
                  return trims.firings(KEEP_FIRINGS, ROWS) == ROWS || more;
                }));
  }

  /** Starts all threads. */
  public void start() {
    loops.forEach(Loop::start);
  }

  /** The loops, for their health. */
  public List<Loop> loops() {
    return loops;
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
  }

  private static PeriodicLoop led(
      String name, Leadership leadership, Duration pause, Runnable chore) {
    return LedChore.loop(
        name,
        leadership,
        pause,
        () -> {
          chore.run();
          return false;
        });
  }
}
