package io.millrace.workflow.run;

import org.jspecify.annotations.Nullable;

/** What has happened to a run, or what somebody wants of it. Nodes go by {@link NodeNumbers}. */
public sealed interface RunEvent {
  /** The run is to start: its turn has come. */
  record Started() implements RunEvent {}

  /**
   * A task has ended. May be told again; only the first time counts.
   *
   * @param element which task of a {@code forEach}, from 0; otherwise 0
   * @param round that of the command which started the task
   */
  record TaskEnded(int node, int element, int round, TaskOutcome outcome) implements RunEvent {}

  /** The time that a node waits for has come, or that a signal may take is over. */
  record TimerFired(int node, int round) implements RunEvent {}

  /**
   * Somebody sends a node the value that it waits for.
   *
   * @param value a JSON value
   */
  record SignalReceived(int node, @Nullable Object value) implements RunEvent {}

  /** Somebody cancels the run. */
  record CancelRequested(String reason) implements RunEvent {}

  /** Nothing is to start until {@link Resumed}; what runs may end. */
  record Paused() implements RunEvent {}

  /** What is due may start again. */
  record Resumed() implements RunEvent {}

  /** The time of the whole run is over. */
  record TimedOut() implements RunEvent {}

  /** A failed run is to go on from the nodes that failed. */
  record RetryFailed() implements RunEvent {}

  /** A node is to count as skipped. */
  record SkipNode(int node) implements RunEvent {}
}
