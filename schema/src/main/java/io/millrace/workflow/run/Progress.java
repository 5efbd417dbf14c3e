package io.millrace.workflow.run;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** How far a node is that runs more than one task. */
sealed interface Progress {
  Progress copy();

  /** Of a {@code forEach}: which of its tasks run, and which have not ended well. */
  final class Elements implements Progress {
    /** How many tasks it has. */
    final int tasks;

    /** The first task that has never started; all before it have. */
    int next;

    /** Tasks before {@link #next} that start once more, after a retry. */
    final BitSet again;

    final BitSet running;

    /** Tasks that failed or were cancelled. */
    final BitSet unsuccessful;

    int failures;

    /** What fails the node as soon as nothing of it runs. */
    @Nullable Failure failure;

    // Counting bits takes a step for each 64 of them; this many are set in running.
    private int open;

    Elements(int tasks) {
      this(tasks, new BitSet(), new BitSet(), new BitSet());
    }

    Elements(int tasks, BitSet again, BitSet running, BitSet unsuccessful) {
      this.tasks = tasks;
      this.again = again;
      this.running = running;
      this.unsuccessful = unsuccessful;
      open = running.cardinality();
    }

    @Override
    public Elements copy() {
      Elements copy =
          new Elements(
              tasks,
              (BitSet) again.clone(),
              (BitSet) running.clone(),
              (BitSet) unsuccessful.clone());
      copy.next = next;
      copy.failures = failures;
      copy.failure = failure;
      return copy;
    }

    int open() {
      return open;
    }

    boolean allStarted() {
      return next == tasks && again.isEmpty();
    }

    /** The task to start next; there must be one. */
    int upcoming() {
      int repeated = again.nextSetBit(0);
      return repeated >= 0 ? repeated : next;
    }

    void start(int task) {
      if (task == next) {
        next++;
      } else {
        again.clear(task);
      }
      running.set(task);
      open++;
    }

    /** Marks a task that runs as ended; false when it does not run. */
    boolean end(int task) {
      if (!running.get(task)) {
        return false;
      }
      running.clear(task);
      open--;
      return true;
    }

    /** Whether some that did not end well were cancelled, not failed. */
    boolean someCancelled() {
      return unsuccessful.cardinality() > failures;
    }

    /** Takes up again what has not ended well. */
    void retry() {
      again.or(unsuccessful);
      unsuccessful.clear();
      failures = 0;
      failure = null;
    }
  }

  /** Of a {@code while}. */
  final class Rounds implements Progress {
    /** The round that runs, or the last that has ended; 0 before the first. */
    int round;

    boolean running;

    /** The variables that it carries, as {@link Values} writes them; never changed in place. */
    byte[] carried;

    Rounds(byte[] carried) {
      this.carried = carried;
    }

    @Override
    public Rounds copy() {
      Rounds copy = new Rounds(carried);
      copy.round = round;
      copy.running = running;
      return copy;
    }
  }
}
