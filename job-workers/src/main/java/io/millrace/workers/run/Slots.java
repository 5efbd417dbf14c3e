package io.millrace.workers.run;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How many more jobs of a pool this worker may run; thread-safe. */
public final class Slots {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final int size;
  private int taken;

  /** Makes slots, all free. */
  public Slots(int size) {
    this.size = size;
  }

  public int size() {
    return size;
  }

  /** Slots in use now. */
  public int taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until so many slots are free.
   *
   * @return false when they were not within the time
   */
  public boolean awaitFree(int count, long millis) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (size - taken < count) {
        if (nanos <= 0) {
          return false;
        }
        nanos = freed.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes slots that were awaited; only the pool's poll loop takes. */
  public void take(int count) {
    lock.lock();
    try {
      taken += count;
    } finally {
      lock.unlock();
    }
  }

  /** Frees one slot. */
  public void release() {
    lock.lock();
    try {
      taken--;
      freed.signal();
    } finally {
      lock.unlock();
    }
  }
}
