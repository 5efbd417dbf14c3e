package io.millrace.model;

/** Why an attempt failed, in terms a caller can act on; stored with every failure. */
public enum ErrorKind {
  /** The handler threw, or reported a failure of its own work. */
  HANDLER(true),
  /** The attempt ran longer than its timeout. */
  TIMEOUT(true),
  /** The handler promised progress and was silent for longer than its heartbeat allows. */
  HEARTBEAT(true),
  /** The worker died or lost its session while it ran the job. */
  LEASE_LOST(true),
  /** The worker died again while it ran the job alone, in the quarantine lane. */
  CRASHED(false),
  /** The job did not start within its queue timeout. */
  QUEUE_TIMEOUT(false),
  /** The job did not end before its deadline. */
  DEADLINE(false),
  /** The payload does not fit the type, or names something unusable; the same input fails again. */
  BAD_PAYLOAD(false),
  /** Something the job needs (a host, a file, the database) did not answer or refused. */
  DEPENDENCY(true),
  /** A defect in Millrace or in the handler's declaration; worth a report. */
  BUG(false);

  private final boolean retryable;

  ErrorKind(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether another attempt may help, unless the handler or a retry policy says otherwise. */
  public boolean retryable() {
    return retryable;
  }
}
