package io.millrace.workers.run;

import io.millrace.model.Priority;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many more jobs of a pool this worker may run; shared by the pool's poll loops, of which there
 * is one per priority. Slots that are short go to the priorities in turn, by weights 8:4:2:1.
 */
public final class Slots {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Turns turns = new Turns();
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
   * Waits until a slot is free and no other priority that waits goes before; takes nothing.
   *
   * @return false when that was not so within the time
   */
  public boolean awaitTurn(Priority priority, long millis) throws InterruptedException {
    return take(priority, 1, 0, millis) == 0;
  }

  /**
   * Takes so many slots in the priority's turn, all or none.
   *
   * @return false when it did not get them within the time
   */
  public boolean takeAll(Priority priority, int count, long millis) throws InterruptedException {
    return take(priority, count, count, millis) == count;
  }

  /**
   * Takes slots in the priority's turn: as many as are free, at most {@code most}; waits for the
   * first one.
   *
   * @return how many were taken; 0 when it got none within the time
   */
  public int takeSome(Priority priority, int most, long millis) throws InterruptedException {
    return Math.max(0, take(priority, 1, most, millis));
  }

  /**
   * Takes slots that nobody waits for: as many as are free, at most {@code most}.
   *
   * @return how many were taken; 0 when somebody waits
   */
  public int takeFree(Priority priority, int most) {
    lock.lock();
    try {
      int got = turns.anyWaits() ? 0 : Math.clamp(most, 0, Math.max(0, size - taken));
      if (got > 0) {
        turns.join(priority);
        turns.leave(priority);
        turns.took(priority, got);
        taken += got;
      }
      return got;
    } finally {
      lock.unlock();
    }
  }

  /** Gives slots back that were taken and not used: they do not count as the priority's share. */
  public void giveBack(Priority priority, int count) {
    lock.lock();
    try {
      turns.gaveBack(priority, count);
      free(count);
    } finally {
      lock.unlock();
    }
  }

  /** Says that a priority has nothing to run; what it does not use it cannot save up. */
  public void idle(Priority priority) {
    lock.lock();
    try {
      turns.idle(priority);
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

  /** Frees slots of jobs that have ended. */
  public void release(int count) {
    lock.lock();
    try {
      free(count);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for its turn with {@code need} slots free; how many it took, or -1 when time was up. */
  private int take(Priority priority, int need, int most, long millis) throws InterruptedException {
    lock.lock();
    try {
      turns.join(priority);
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (size - taken < need || !turns.isFirst(priority)) {
        if (nanos <= 0) {
          return -1;
        }
        nanos = changed.awaitNanos(nanos);
      }
      int got = Math.min(most, size - taken);
      if (got > 0) {
        taken += got;
        turns.took(priority, got);
      }
      return got;
    } finally {
      turns.leave(priority);
      changed.signalAll();
      lock.unlock();
    }
  }

  private void free(int count) {
    taken -= count;
    changed.signalAll();
  }
}
