package io.millrace.model;

/** What a schedule does at an instant when its previous job has not ended. */
public enum Overlap {
  /** Nothing; the instant is passed over. */
  SKIP,
  /** Lets one instant wait until the previous job has ended; more are passed over. */
  QUEUE_ONE,
  /** Starts another job beside it. */
  ALLOW,
  /** Cancels the previous job and starts another. */
  CANCEL_PREVIOUS
}
