package io.millrace.workflow.run;

/** Where a run is in its life. */
public enum RunPhase {
  /** Made, but not started: it may wait for its turn. */
  NEW,
  /** Its nodes run. */
  OPEN,
  /** A node has failed, or the time is over: nothing new starts, what runs ends. */
  FAILING,
  /** Somebody cancelled it: nothing new starts, what runs is being cancelled. */
  CANCELLING,
  /** The nodes of its compensation run. */
  COMPENSATING,
  /** Final: all nodes have ended well. */
  SUCCEEDED,
  /** Final, but for a retry: with the error of what failed first. */
  FAILED,
  /** Final: somebody cancelled it. */
  CANCELLED;

  /** Whether the run has ended. */
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
