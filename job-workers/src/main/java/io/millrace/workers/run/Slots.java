package io.millrace.workers.run;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How many more jobs of a pool this worker may run; shared by the pool's poll loops. */
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

  /**
   * Takes slots: as many as are free, at most {@code most}; waits for the first one.
   *
   * @return how many were taken; 0 when none became free within the time
   */
  public int take(int most, long millis) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (size <= taken) {
        if (nanos <= 0) {
          return 0;
        }
        nanos = freed.awaitNanos(nanos);
      }
      int got = Math.min(most, size - taken);
      taken += got;
      return got;
    } finally {
      lock.unlock();
    }
  }

  /** Takes slots whether free or not, for jobs that are claimed already. */
  public void overdraw(int count) {
    lock.lock();
    try {
      taken += count;
    } finally {
      lock.unlock();
    }
  }

  /** Frees slots. */
  public void release(int count) {
    lock.lock();
    try {
      taken -= count;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
