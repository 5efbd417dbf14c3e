package io.millrace.api.query;

import io.millrace.model.JobState;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.FleetStore.Count;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How each pool's queue moves: reads the counters every two seconds, whose cost does not depend on
 * how much waits. Begins anew with each process. Thread-safe.
 */
public final class PoolTrends implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Supplier<List<Count>> counts;
  private final DrainRate drain;
  private final Time time;
  private final PeriodicLoop loop;
  private volatile @Nullable Reading latest;
  private volatile Runnable listener = () -> {};
  private final Map<String, PoolTrend> pools = new HashMap<>();

  /** When the counters were last read, and what they said. */
  private record Reading(long nanos, List<Count> counts) {}

  /**
   * Makes a watch.
   *
   * @param counts reads the counters of all pools
   * @param drain given each reading
   */
  public PoolTrends(Supplier<List<Count>> counts, DrainRate drain, Time time) {
    this.counts = counts;
    this.drain = drain;
    this.time = time;
    this.loop =
        new PeriodicLoop(
            "pool-trends",
            PAUSE,
            () -> {
              read();
              return false;
            });
  }

  /** Begins to watch. */
  public void start() {
    loop.start();
  }

  /** The loop, for its health. */
  public Loop loop() {
    return loop;
  }

  /** Takes a reading. */
  void read() {
    List<Count> now = counts.get();
    long nanos = time.nanos();
    drain.add(nanos, now);
    synchronized (this) {
      Map<String, PoolTrend.Totals> totals = new HashMap<>();
      for (Count count : now) {
        totals.merge(
            count.pool(), PoolTrend.Totals.of(count.state(), count.jobs()), PoolTrend.Totals::plus);
      }
      totals.keySet().forEach(pool -> pools.computeIfAbsent(pool, _ -> new PoolTrend()));
      pools.forEach(
          (pool, trend) -> trend.add(nanos, totals.getOrDefault(pool, PoolTrend.Totals.NONE)));
    }
    latest = new Reading(nanos, now);
    listener.run();
  }

  /**
   * Has somebody told after each reading, on the loop's thread; one listener, the last one given.
   */
  public void onRead(Runnable told) {
    listener = told;
  }

  /** How a pool moves; empty before the first reading and for a pool that never had a job. */
  public synchronized Optional<Trend> of(String pool) {
    PoolTrend trend = pools.get(pool);
    return trend == null ? Optional.empty() : Optional.of(trend.now());
  }

  /** Jobs of a pool in a state at the latest reading; 0 for none. */
  public long jobs(String pool, JobState state) {
    Reading reading = latest;
    return reading == null
        ? 0
        : reading.counts().stream()
            .filter(count -> count.pool().equals(pool) && count.state() == state)
            .mapToLong(Count::jobs)
            .sum();
  }

  /** Pools that have been seen. */
  public synchronized Set<String> pools() {
    return Set.copyOf(pools.keySet());
  }

  /** Time since the latest reading, in seconds; empty before the first. */
  public Optional<Double> age() {
    Reading reading = latest;
    return reading == null ? Optional.empty() : Optional.of((time.nanos() - reading.nanos()) / 1e9);
  }

  @Override
  public void close() {
    loop.close();
  }
}
