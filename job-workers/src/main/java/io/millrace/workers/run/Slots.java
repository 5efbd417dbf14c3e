package io.millrace.workers.run;

import io.millrace.model.Priority;
import io.millrace.runtime.Time;
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
  private final Time time;
  private int taken;

  /** When a batch was taken last, whole or not. */
  private long batchAt;

  /** Makes slots, all free. */
  public Slots(int size) {
    this(size, Time.SYSTEM);
  }

  Slots(int size, Time time) {
    this.size = size;
    this.time = time;
    this.batchAt = time.nanos();
  }

  /** How many there are. */
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
    return take(priority, 1, 0, 0, millis) == 0;
  }

  /**
   * Takes a batch of slots in the priority's turn; or fewer, but at least one, when no batch has
   * been taken by any priority for a while. So slots that turn over fast are taken in whole
   * batches, and under long jobs none idles for want of the rest of a batch.
   *
   * @param patience how long after the last batch, in ms, only a whole one is taken
   * @return how many were taken; 0 when it got none within the time
   */
  public int takeBatch(Priority priority, int batch, long patience, long millis)
      throws InterruptedException {
    lock.lock();
    try {
      int got = Math.max(0, take(priority, batch, batch, patience, millis));
      if (got > 0) {
        batchAt = time.nanos();
      }
      return got;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes slots in the priority's turn: as many as are free, at most {@code most}; waits for the
   * first one.
   *
   * @return how many were taken; 0 when it got none within the time
   */
  public int takeSome(Priority priority, int most, long millis) throws InterruptedException {
    return Math.max(0, take(priority, 1, most, 0, millis));
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

  /**
   * Waits for its turn with {@code need} slots free, after the patience with one; how many it took,
   * or -1 when time was up.
   */
  private int take(Priority priority, int need, int most, long patience, long millis)
      throws InterruptedException {
    lock.lock();
    try {
      turns.join(priority);
      long end = time.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
      while (true) {
        long now = time.nanos();
        long patient = batchAt + TimeUnit.MILLISECONDS.toNanos(patience) - now;
        if (size - taken >= (patient > 0 ? need : 1) && turns.isFirst(priority)) {
          return took(priority, Math.min(most, size - taken));
        }
        if (end - now <= 0) {
          return -1;
        }
        changed.awaitNanos(patient > 0 ? Math.min(patient, end - now) : end - now);
      }
    } finally {
      turns.leave(priority);
      changed.signalAll();
      lock.unlock();
    }
  }

  private int took(Priority priority, int count) {
    if (count > 0) {
      taken += count;
      turns.took(priority, count);
    }
    return count;
  }

  private void free(int count) {
    taken -= count;
    changed.signalAll();
  }
}
