package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.load.Allowance;
import java.time.Duration;

/**
 * Lets so many jobs in that a bounded number is unfinished, and counts how many are finished in a
 * window after a warm-up. Asked on the load's thread, told on the case's.
 */
final class SteadyFlow implements Allowance {
  private static final double SECOND_NANOS = 1e9;

  private final long mostUnfinished;
  private final long warmUpNanos;
  private final long windowNanos;
  private final long finishedBefore;
  private final long began = System.nanoTime();
  private final Runnable atBegin;
  private final Runnable atEnd;
  private long sent;
  private volatile long finished;
  private volatile boolean over;
  private long windowBegan;
  private long finishedAtBegin;
  private double seconds;
  private long finishedIn;

  /**
   * Makes one.
   *
   * @param mostUnfinished above 0
   * @param finishedBefore jobs that were finished before the first of it
   * @param atBegin run when the window begins
   * @param atEnd run when it ends
   */
  SteadyFlow(
      long mostUnfinished,
      Duration warmUp,
      Duration window,
      long finishedBefore,
      Runnable atBegin,
      Runnable atEnd) {
    this.mostUnfinished = mostUnfinished;
    this.warmUpNanos = warmUp.toNanos();
    this.windowNanos = window.toNanos();
    this.finishedBefore = finishedBefore;
    this.atBegin = atBegin;
    this.atEnd = atEnd;
  }

  @Override
  public int take(int most) {
    if (over) {
      return NO_MORE;
    }
    int taken = (int) Math.clamp(mostUnfinished - (sent - finished), 0, most);
    sent += taken;
    return taken;
  }

  /** Learns how many jobs are finished; the seconds since the beginning, at most all of them. */
  long look(long finishedNow) {
    finished = finishedNow - finishedBefore;
    long now = System.nanoTime();
    if (windowBegan == 0 && now - began >= warmUpNanos) {
      windowBegan = now;
      finishedAtBegin = finished;
      atBegin.run();
    } else if (!over && windowBegan != 0 && now - windowBegan >= windowNanos) {
      over = true;
      seconds = (now - windowBegan) / SECOND_NANOS;
      finishedIn = finished - finishedAtBegin;
      atEnd.run();
    }
    return Math.min(now - began, warmUpNanos + windowNanos) / 1_000_000_000;
  }

  /** Jobs finished in the window. */
  long finished() {
    return finishedIn;
  }

  /** Jobs finished per second of the window; 0 before its end. */
  double rate() {
    return seconds > 0 ? finishedIn / seconds : 0;
  }
}
