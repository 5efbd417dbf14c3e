package io.millrace.workers.upkeep;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps looks that find nothing from costing much: each earns its subject a rest of twenty times as
 * long as it took, so they take at most a twentieth of the time, however long one takes. Used by
 * one thread.
 *
 * @param <K> what is looked at
 */
final class Rests<K> {
  private static final int TIMES = 20;

  private final Map<K, Long> until = new HashMap<>();

  /** Whether a subject's rest is over. */
  boolean isOver(K subject, long nowNanos) {
    Long end = until.get(subject);
    return end == null || nowNanos - end >= 0;
  }

  /** A look found nothing. */
  void foundNothing(K subject, Duration took, long nowNanos) {
    until.put(subject, nowNanos + TIMES * took.toNanos());
  }

  /** A look found something, so the next one may as well. */
  void found(K subject) {
    until.remove(subject);
  }
}
