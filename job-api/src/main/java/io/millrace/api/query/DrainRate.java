package io.millrace.api.query;

import io.millrace.model.JobState;
import io.millrace.model.Priority;
import io.millrace.store.FleetStore.Count;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How fast the queues drain: jobs begun per second over the last half minute, of each pool and
 * priority, by the counters. Thread-safe.
 */
public final class DrainRate {
  private static final int READINGS = 16;
  private static final Set<JobState> NOT_BEGUN =
      EnumSet.of(JobState.READY, JobState.BLOCKED, JobState.SCHEDULED);

  private record Key(String pool, Priority priority) {}

  private record Reading(long nanos, Map<Key, Long> begun) {}

  private final Deque<Reading> readings = new ArrayDeque<>();

  /**
   * Takes a reading.
   *
   * @param nanos when it was taken, monotonic
   */
  synchronized void add(long nanos, List<Count> now) {
    Map<Key, Long> begun = new HashMap<>();
    for (Count count : now) {
      if (!NOT_BEGUN.contains(count.state())) {
        begun.merge(new Key(count.pool(), count.priority()), count.jobs(), Long::sum);
      }
    }
    readings.addLast(new Reading(nanos, begun));
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
}
