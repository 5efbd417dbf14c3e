package io.millrace.workers.handler;

import io.millrace.model.ErrorKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A handler's own statement of failure: its kind, a sentence for the caller, whether a retry may
 * help, and when.
 */
public final class JobFailedException extends Exception {
  private final ErrorKind kind;
  private final @Nullable Boolean said;
  private final @Nullable Duration delay;

  /** Fails and leaves it to the retry policy, else to the kind, whether a retry may help. */
  public JobFailedException(ErrorKind kind, String message) {
    this(kind, message, null, null, null);
  }

  /**
   * Fails with everything said.
   *
   * @param kind stored and shown
   * @param message stored and shown; names no secret and quotes no payload
   * @param retryable false sends the job to the dead letters at once
   * @param cause for the worker's log only
   */
  public JobFailedException(
      ErrorKind kind, String message, boolean retryable, @Nullable Throwable cause) {
    this(kind, message, retryable, null, cause);
  }

  private JobFailedException(
      ErrorKind kind,
      String message,
      @Nullable Boolean said,
      @Nullable Duration delay,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.said = said;
    this.delay = delay;
  }

  /**
   * Fails this attempt and asks for the next one after a delay of the handler's, which replaces the
   * retry policy's; what else the policy says stands.
   *
   * @param delay 0 to 366 days; values outside are taken as the nearest
   */
  public static JobFailedException retryAfter(ErrorKind kind, String message, Duration delay) {
    return new JobFailedException(kind, message, true, delay, null);
  }

  public ErrorKind kind() {
    return kind;
  }

  /** Whether a retry may help: what the handler said, else the kind's own answer. */
  public boolean retryable() {
    return said == null ? kind.retryable() : said;
  }

  /** What the handler said about a retry; null when nothing. */
  public @Nullable Boolean said() {
    return said;
  }

  /** When the next attempt may start, from now; null leaves it to the retry policy. */
  public @Nullable Duration delay() {
    return delay;
  }
}
