package io.millrace.api.intake;

/** A job was not accepted; nothing of it is stored. The message names limit and value. */
public final class IntakeRefusedException extends RuntimeException {
  /** Which limit was reached. */
  public enum Reason {
    /** Jobs of the tenant that wait. */
    TENANT,
    /** Jobs of the pool that wait. */
    POOL,
    /** Batches that wait for Kafka. */
    KAFKA,
    /** Submissions that wait in this process; or it is stopping. */
    PROCESS
  }

  private final Reason reason;
  private final int retryAfterSeconds;

  IntakeRefusedException(Reason reason, int retryAfterSeconds, String message) {
    super(message);
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public Reason reason() {
    return reason;
  }

  /** When it is worth another try, 1 to 300 s. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
