package io.millrace.workflow.run;

/** Where a node is in a run. Its order is part of the stored form: add at the end only. */
public enum NodeState {
  /** Has not started; in a run that has ended: never did. */
  PENDING,
  /** Its tasks run, or it waits for a time or a signal. */
  ACTIVE,
  /** Ended well. */
  SUCCEEDED,
  /** Failed; the plan says whether the run goes on. */
  FAILED,
  /** Not taken, its condition said no, or somebody skipped it. */
  SKIPPED,
  /** Was cut short because the run failed or was cancelled. */
  CANCELLED;

  /** Whether nothing more is to come of it. */
  public boolean isEnded() {
    return this != PENDING && this != ACTIVE;
  }
}
