package io.millrace.ops.scale.simulate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/** The workers of a simulation and the jobs they have in hand. */
final class Crew {
  private static final long GRACE_MILLIS = 30_000;

  private final int slots;
  private final long startMillis;
  private final RandomGenerator random;
  private final List<Worker> workers = new ArrayList<>();
  private final PriorityQueue<Running> running =
      new PriorityQueue<>(Comparator.comparingLong(Running::endMillis));
  private int busy;

  /** A worker. */
  private static final class Worker {
    private final long readyMillis;
    private int busy;
    private boolean leaving;
    private boolean gone;
    private long killMillis = Long.MAX_VALUE;

    Worker(long readyMillis) {
      this.readyMillis = readyMillis;
    }
  }

  private record Running(long endMillis, int job, Worker worker) {}

  Crew(int slots, long startMillis, RandomGenerator random) {
    this.slots = slots;
    this.startMillis = startMillis;
    this.random = random;
  }

  /** Workers that cost: those that start and those that leave are among them. */
  int size() {
    return workers.size();
  }

  /** Workers that take jobs now. */
  int taking(long now) {
    int count = 0;
    for (Worker worker : workers) {
      count += takes(worker, now) ? 1 : 0;
    }
    return count;
  }

  /** Jobs in hand. */
  int busy() {
    return busy;
  }

  private static boolean takes(Worker worker, long now) {
    return !worker.leaving && worker.readyMillis <= now;
  }

  /** Begins with so many that need no start. */
  void begin(int count) {
    for (int i = 0; i < count; i++) {
      workers.add(new Worker(0));
    }
  }

  /** Starts workers, or sends some away. */
  void become(int desired, boolean spares, long now) {
    List<Worker> staying = new ArrayList<>();
    for (Worker worker : workers) {
      if (!worker.leaving) {
        staying.add(worker);
      }
    }
    for (int i = staying.size(); i < desired; i++) {
      workers.add(new Worker(now + startMillis));
    }
    if (spares) {
      staying.sort(
          Comparator.comparingInt((Worker worker) -> worker.busy)
              .thenComparing(worker -> -worker.readyMillis));
    }
    for (int i = staying.size(); i > desired; i--) {
      Worker worker = staying.remove(spares ? 0 : random.nextInt(staying.size()));
      worker.leaving = true;
      worker.killMillis = spares ? Long.MAX_VALUE : now + GRACE_MILLIS;
    }
  }

  /** Lets those go that have nothing in hand or no time left; the jobs that they drop. */
  Deque<Integer> settle(long now) {
    Deque<Integer> dropped = new ArrayDeque<>();
    for (Iterator<Worker> it = workers.iterator(); it.hasNext(); ) {
      Worker worker = it.next();
      if (worker.leaving && (worker.busy == 0 || worker.killMillis <= now)) {
        worker.gone = true;
        it.remove();
        if (worker.busy > 0) {
          drop(worker, dropped);
        }
      }
    }
    return dropped;
  }

  private void drop(Worker worker, Deque<Integer> dropped) {
    running.removeIf(
        one -> {
          if (one.worker() == worker) {
            dropped.addLast(one.job());
            busy--;
            return true;
          }
          return false;
        });
  }

  /** Gives a job to the idlest worker; false when all slots are taken. */
  boolean take(int job, int runMillis, long now) {
    Worker idlest = null;
    for (Worker worker : workers) {
      if (takes(worker, now)
          && worker.busy < slots
          && (idlest == null || worker.busy < idlest.busy)) {
        idlest = worker;
      }
    }
    if (idlest == null) {
      return false;
    }
    idlest.busy++;
    busy++;
    running.add(new Running(now + runMillis, job, idlest));
    return true;
  }

  /** When the next job ends; far away for none. */
  long nextEnd() {
    Running next = running.peek();
    return next == null ? Long.MAX_VALUE : next.endMillis();
  }

  /** Ends that job, and returns it. */
  int end() {
    Running ended = running.remove();
    ended.worker().busy--;
    busy--;
    return ended.job();
  }
}
