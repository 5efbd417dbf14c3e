package io.millrace.api.intake;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits of one pool or tenant: the latest reading, and what this process has taken since. What
 * was taken just before a reading may not be committed when it is read, so it counts until the next
 * one: the sum may be too high by what was taken between two readings, and is never too low by
 * anything this process took.
 */
final class Load {
  private final DrainRate rate = new DrainRate();
  private final AtomicLong added = new AtomicLong();
  private final AtomicLong addedBefore = new AtomicLong();
  private volatile long read;
  private long settled;
  private long lately;

  /** Jobs that wait, as far as is known. */
  long current() {
    return read + addedBefore.get() + added.get();
  }

  /** Counts one more, unless there are as many as may be. */
  boolean tryAdd(long limit) {
    added.incrementAndGet();
    if (current() > limit) {
      added.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Takes one back that was counted and then refused elsewhere. */
  void undo() {
    added.decrementAndGet();
  }

  /** A reading begins; for the loop's thread. */
  void mark() {
    settled = addedBefore.get();
    lately = added.get();
    addedBefore.addAndGet(lately);
    added.addAndGet(-lately);
  }

  /**
   * A reading that was marked is here; for the loop's thread.
   *
   * @param drained since the reading before
   */
  void take(long waiting, long drained, long nanos) {
    if (read > 0 && nanos > 0) {
      rate.sample(Math.max(0, drained), nanos);
    }
    read = waiting;
    addedBefore.addAndGet(-settled);
    settled = 0;
  }

  /** What left since the reading before, when nothing came but through this process. */
  long leftUntil(long waiting) {
    return read + lately - waiting;
  }

  boolean isIdle() {
    return current() == 0;
  }

  /** Seconds until there is room for one more. */
  int secondsUntilRoom(long limit) {
    return rate.secondsFor(current() - limit + 1);
  }
}
