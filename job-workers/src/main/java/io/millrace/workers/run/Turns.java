package io.millrace.workers.run;

import io.millrace.model.Priority;
import java.util.EnumSet;

/**
 * Whose turn it is among the four priorities of a pool, by weights 8:4:2:1: start-time fair queuing
 * (Goyal, Vin and Cheng, 1996), which is stride scheduling with late comers. Each priority has a
 * pass, which grows by its stride with every slot it takes; the lowest pass that waits goes first,
 * of equal ones the higher priority. So each moves, and one that was idle cannot save its share up:
 * it comes in where the others are, and is next. Not thread-safe.
 */
final class Turns {
  private final long[] pass = new long[Priority.values().length];
  private final EnumSet<Priority> idle = EnumSet.allOf(Priority.class);
  private final EnumSet<Priority> waiting = EnumSet.noneOf(Priority.class);

  /** The pass at which a slot was taken last. */
  private long now;

  /** The inverse of its weight: 1, 2, 4, 8. */
  private static long stride(Priority priority) {
    return 1L << priority.ordinal();
  }

  /** Waits from now on. */
  void join(Priority priority) {
    if (idle.remove(priority)) {
      pass[priority.ordinal()] = Math.max(pass[priority.ordinal()], now);
    }
    waiting.add(priority);
  }

  /** Waits no more, whether it got slots or not. */
  void leave(Priority priority) {
    waiting.remove(priority);
  }

  /** Whether any priority waits. */
  boolean anyWaits() {
    return !waiting.isEmpty();
  }

  /** Has nothing to run for the time being. */
  void idle(Priority priority) {
    idle.add(priority);
  }

  /** True when none that waits goes before it. */
  boolean isFirst(Priority priority) {
    for (Priority other : waiting) {
      if (goesBefore(other, priority)) {
        return false;
      }
    }
    return true;
  }

  /** Counts slots it has taken. */
  void took(Priority priority, int slots) {
    now = Math.max(now, pass[priority.ordinal()]);
    pass[priority.ordinal()] += slots * stride(priority);
  }

  /** Counts slots it has given back unused. */
  void gaveBack(Priority priority, int slots) {
    pass[priority.ordinal()] -= slots * stride(priority);
  }

  private boolean goesBefore(Priority one, Priority other) {
    long difference = pass[one.ordinal()] - pass[other.ordinal()];
    return difference < 0 || (difference == 0 && one.ordinal() < other.ordinal());
  }
}
