package io.millrace.gate;

import io.millrace.store.BacklogStore.Queue;
import java.util.concurrent.atomic.AtomicLong;

/** How full one queue was at the last reading, and what this process has added since. */
final class Pressure {
  /** Weight of the newest reading in the drain rate. */
  private static final double NEWEST = 0.5;

  private final AtomicLong room = new AtomicLong(Window.SMALLEST);
  private volatile boolean backlog;
  private double perSecond;
  private long begun = -1;
  private long readNanos;

  /** Takes a reading; for the loop's thread. */
  void read(Queue queue, long nowNanos) {
    double seconds = (nowNanos - readNanos) / 1e9;
    if (begun >= 0 && seconds > 0) {
      double lately = Math.max(0, queue.begun() - begun) / seconds;
      perSecond += (lately - perSecond) * NEWEST;
    }
    begun = queue.begun();
    readNanos = nowNanos;
    backlog = queue.held() > 0;
    room.set(Window.of(queue.slots(), perSecond) - queue.announced());
  }

  /** Jobs that may be announced now. */
  long room() {
    return Math.max(0, room.get());
  }

  boolean isFull() {
    return backlog || room.get() <= 0;
  }

  /** Whether one more job is to be held back; counts it if not. */
  boolean holdsBack() {
    return backlog || room.getAndDecrement() <= 0;
  }
}
