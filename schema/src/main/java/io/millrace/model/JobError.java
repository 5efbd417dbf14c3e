package io.millrace.model;

/**
 * A failure as it is stored and shown.
 *
 * @param kind what sort of failure
 * @param message one sentence for a reader; cut to {@link Limits#MAX_ERROR_MESSAGE_CHARS}
 *     characters
 * @param attempt the attempt that failed, from 1; 0 when no attempt had started
 */
public record JobError(ErrorKind kind, String message, int attempt) {
  public JobError {
    message = message.replace("\u0000", "\\u0000");
    if (message.length() > Limits.MAX_ERROR_MESSAGE_CHARS) {
      int end = Limits.MAX_ERROR_MESSAGE_CHARS - 1;
      if (Character.isHighSurrogate(message.charAt(end - 1))) {
        end--;
      }
      message = message.substring(0, end) + "…";
    }
  }
}
