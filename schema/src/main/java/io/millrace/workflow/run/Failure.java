package io.millrace.workflow.run;

import io.millrace.model.Limits;

/**
 * Why a node or a run failed.
 *
 * @param kind the name of an {@link io.millrace.model.ErrorKind} when a job failed, or one of the
 *     constants here
 * @param message one sentence for a reader; cut to {@link Limits#MAX_ERROR_MESSAGE_CHARS}
 *     characters
 */
public record Failure(String kind, String message) {
  /** An expression could not be worked out, or gave something unusable. */
  public static final String EXPRESSION = "EXPRESSION";

  /** More rounds, items or carried bytes than there may be. */
  public static final String LIMIT = "LIMIT";

  /** A wait, or the whole run, took longer than it may. */
  public static final String TIMEOUT = "TIMEOUT";

  /** A task was cancelled while its run was not. */
  public static final String CANCELLED = "CANCELLED";

  public Failure {
    if (message.length() > Limits.MAX_ERROR_MESSAGE_CHARS) {
      int end = Limits.MAX_ERROR_MESSAGE_CHARS - 1;
      if (Character.isHighSurrogate(message.charAt(end - 1))) {
        end--;
      }
      message = message.substring(0, end) + "…";
    }
  }

  static Failure expression(String message) {
    return new Failure(EXPRESSION, message);
  }

  static Failure limit(String message) {
    return new Failure(LIMIT, message);
  }

  static Failure timeout(String message) {
    return new Failure(TIMEOUT, message);
  }

  static Failure cancelled() {
    return new Failure(CANCELLED, "the task was cancelled, and its run was not");
  }
}
