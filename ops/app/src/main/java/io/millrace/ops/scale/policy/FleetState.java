package io.millrace.ops.scale.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * What the controller has to remember from one reading to the next.
 *
 * @param desired workers that were last decided for
 * @param changedMillis when that changed; 0 for never
 * @param busyMillis when the pool last had a job, or its first reading; below 0 before that
 * @param wishes of the windows' length, the oldest first
 * @param trend of the arrivals
 */
public record FleetState(
    int desired, long changedMillis, long busyMillis, List<Past> wishes, Trend trend) {
  /** Bound on {@code wishes}; the oldest go first. */
  private static final int MOST_WISHES = 1_000;

  public FleetState {
    wishes = List.copyOf(wishes);
  }

  record Past(long atMillis, int workers) {}

  /** At the start, with so many workers. */
  public static FleetState of(int workers) {
    return new FleetState(workers, 0, -1, List.of(), Trend.NONE);
  }

  /** With a reading's trend, and the time the pool last had work. */
  FleetState seen(Signals signals, Trend next) {
    long busy = signals.idle() && busyMillis >= 0 ? busyMillis : signals.atMillis();
    return new FleetState(desired, changedMillis, busy, wishes, next);
  }

  /** With a wish more, and without those from before {@code sinceMillis}. */
  FleetState wished(long atMillis, int workers, long sinceMillis) {
    List<Past> kept = new ArrayList<>(wishes.size() + 1);
    for (Past past : wishes) {
      if (past.atMillis() >= sinceMillis) {
        kept.add(past);
      }
    }
    kept.add(new Past(atMillis, workers));
    int from = Math.max(0, kept.size() - MOST_WISHES);
    return new FleetState(
        desired, changedMillis, busyMillis, kept.subList(from, kept.size()), trend);
  }

  FleetState decided(long atMillis, int workers) {
    return workers == desired
        ? this
        : new FleetState(workers, atMillis, busyMillis, wishes, trend);
  }
}
