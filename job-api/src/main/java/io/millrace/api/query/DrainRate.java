package io.millrace.api.query;

import io.millrace.model.Priority;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.BacklogStore.Queue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * How fast the queues drain: jobs begun per second over the last half minute, of each pool and
 * priority, by the counters. Thread-safe.
 */
public final class DrainRate implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int READINGS = 16;

  private record Key(String pool, Priority priority) {}

  private record Reading(long nanos, Map<Key, Long> begun) {}

  private final Time time;
  private final PeriodicLoop loop;
  private final Deque<Reading> readings = new ArrayDeque<>();

  /**
   * Makes a measure.
   *
   * @param queues reads how much of each queue has begun
   */
  public DrainRate(Supplier<List<Queue>> queues, Time time) {
    this.time = time;
    this.loop =
        new PeriodicLoop(
            "drain-rate",
            PAUSE,
            () -> {
              add(queues.get());
              return false;
            });
  }

  /** Begins to measure. */
  public void start() {
    loop.start();
  }

  /** The loop, for its health. */
  public Loop loop() {
    return loop;
  }

  /** Takes a reading. */
  synchronized void add(List<Queue> now) {
    Map<Key, Long> begun = new HashMap<>();
    now.forEach(queue -> begun.put(new Key(queue.pool(), queue.priority()), queue.begun()));
    readings.addLast(new Reading(time.nanos(), begun));
    if (readings.size() > READINGS) {
      readings.removeFirst();
    }
  }

  /**
   * Jobs begun per second.
   *
   * @return empty when none was begun, or it has not been measured for long enough
   */
  public synchronized OptionalDouble perSecond(String pool, Priority priority) {
    if (readings.size() < 2) {
      return OptionalDouble.empty();
    }
    Key key = new Key(pool, priority);
    Reading first = readings.getFirst();
    Reading last = readings.getLast();
    long begun = last.begun().getOrDefault(key, 0L) - first.begun().getOrDefault(key, 0L);
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    return begun <= 0 || seconds <= 0 ? OptionalDouble.empty() : OptionalDouble.of(begun / seconds);
  }

  @Override
  public void close() {
    loop.close();
  }
}
