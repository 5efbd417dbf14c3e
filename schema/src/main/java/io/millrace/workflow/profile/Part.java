package io.millrace.workflow.profile;

/** What time was spent on. */
public enum Part {
  /** A job waited for a slot or a place under a limit; a run waited to be started. */
  QUEUE,
  /** A handler ran, or a run inside of this one. */
  RUN,
  /** Between two attempts of a job. */
  BACKOFF,
  /** A node waited for a time or a signal. */
  WAIT,
  /** Nothing started, because somebody had paused the run. */
  PAUSED,
  /** The run had failed, and nobody had retried it yet. */
  STOPPED,
  /** None of these: the hand-over from what has ended to what follows. */
  BETWEEN;
}
