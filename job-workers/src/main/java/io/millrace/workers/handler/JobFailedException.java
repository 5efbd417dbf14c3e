package io.millrace.workers.handler;

import io.millrace.model.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A handler's own statement of failure: its kind, a sentence for the caller, and if a retry may
 * help.
 */
public final class JobFailedException extends Exception {
  private final ErrorKind kind;
  private final boolean retryable;

  /** Fails with the kind's own answer to whether a retry may help. */
  public JobFailedException(ErrorKind kind, String message) {
    this(kind, message, kind.retryable(), null);
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
    super(message, cause);
    this.kind = kind;
    this.retryable = retryable;
  }

  public ErrorKind kind() {
    return kind;
  }

  public boolean retryable() {
    return retryable;
  }
}
