package io.millrace.peers;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** What the jobs tell: how many have started, the first one when, and when each. Thread-safe. */
final class Starts {
  private static final long POLL_NANOS = 1_000_000;

  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong first = new AtomicLong();
  private volatile AtomicLongArray times = new AtomicLongArray(0);

  /**
   * Forgets what was told.
   *
   * @param timed of how many jobs to keep the times; 0 keeps none
   */
  void reset(int timed) {
    times = new AtomicLongArray(timed);
    first.set(0);
    count.set(0);
  }

  /** A job runs. */
  void started(int index) {
    long now = System.nanoTime();
    AtomicLongArray kept = times;
    if (index < kept.length()) {
      kept.compareAndSet(index, 0, now);
    }
    if (count.getAndIncrement() == 0) {
      first.set(now);
    }
  }

  int count() {
    return count.get();
  }

  /** By {@link System#nanoTime}; 0 while none has. */
  long first() {
    return first.get();
  }

  /** By {@link System#nanoTime}; 0 while it has not. */
  long of(int index) {
    return times.get(index);
  }

  /**
   * Returns when so many have started.
   *
   * @throws PeerFault when they have not within the bound
   */
  void await(int expected, Duration bound) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (count.get() < expected) {
      if (System.nanoTime() - deadline > 0) {
        throw new PeerFault(
            "started %d of %d jobs within %d s"
                .formatted(count.get(), expected, bound.toSeconds()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
