package io.millrace.workflow.run;

import io.millrace.workflow.plan.NodeOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done for a run, in the order given. Nodes go by {@link NodeNumbers}; values are
 * those of JSON.
 *
 * <p>A {@code round} tells apart the tasks that a node starts one after the other: those of a
 * {@code while}, and those of a node that starts again after a retry. No two tasks of a run have
 * node, element and round in common, and of two with the same node and element the later has the
 * greater round.
 */
public sealed interface Command {
  /** A task starts; its end is to be told as {@link RunEvent.TaskEnded} with the same numbers. */
  sealed interface StartTask extends Command {
    int node();

    int element();

    int round();
  }

  /** Submit a job. */
  record StartJob(
      int node, int element, int round, String type, @Nullable Object payload, NodeOptions options)
      implements StartTask {}

  /** Start a run of another workflow. */
  record StartRun(int node, int element, int round, String workflow, @Nullable Object input)
      implements StartTask {}

  /**
   * Wake the run later: by {@link RunEvent.TimerFired}, or for {@link NodeNumbers#RUN} by {@link
   * RunEvent.TimedOut}. A node has one timer at most.
   */
  record StartTimer(int node, int round, Due due) implements Command {}

  /** When a timer fires. */
  sealed interface Due {
    /** So long after the transaction that starts it. */
    record After(Duration delay) implements Due {}

    /** At an instant; one in the past is due at once. */
    record At(Instant instant) implements Due {}
  }

  /** Forget the timer of a node, or of the {@link NodeNumbers#RUN}; it may have fired. */
  record ClearTimer(int node) implements Command {}

  /**
   * Somebody may now send the node a value.
   *
   * @param options the values it takes; empty takes any
   */
  record AwaitSignal(int node, List<Object> options) implements Command {}

  /** Cancel all tasks of the run that have not ended; how each ended is told as ever. */
  record CancelTasks() implements Command {}

  /** Keep the output of a node that no task holds; a later one of the same node replaces it. */
  record SaveOutput(int node, @Nullable Object value) implements Command {}

  /** Keep the error of a node that has FAILED; a later one of the same node replaces it. */
  record SaveError(int node, Failure failure) implements Command {}

  /**
   * The run has ended. Comes once, and once more for each retry that was applied.
   *
   * @param phase SUCCEEDED, FAILED or CANCELLED
   * @param output that of a run that succeeded
   * @param failure that of a run that failed
   * @param reason that of a cancelled one
   */
  record EndRun(
      RunPhase phase,
      @Nullable Object output,
      @Nullable RunFailure failure,
      @Nullable String reason)
      implements Command {}
}
