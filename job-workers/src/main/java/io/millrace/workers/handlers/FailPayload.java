package io.millrace.workers.handlers;

import io.millrace.model.ErrorKind;
import io.millrace.model.Limits;
import io.millrace.workers.handler.JobFailedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How {@code fail} fails.
 *
 * @param kind absent means HANDLER
 * @param message at most {@value #MAX_MESSAGE_CHARS} characters; absent gives a fixed sentence
 * @param retryable absent leaves it to the kind
 * @param failAttempts fails in that many first attempts and succeeds after, 0 to {@link
 *     Limits#MAX_ATTEMPTS}; absent fails always
 * @param retryAfterMillis asks for the next attempt after so long, 0 to {@value #MAX_DELAY_MILLIS};
 *     absent leaves it to the retry policy
 * @param snoozeMillis snoozes for so long instead of failing, which costs no attempt, 0 to {@value
 *     #MAX_DELAY_MILLIS}; absent fails
 */
public record FailPayload(
    @Nullable ErrorKind kind,
    @Nullable String message,
    @Nullable Boolean retryable,
    @Nullable Integer failAttempts,
    @Nullable Long retryAfterMillis,
    @Nullable Long snoozeMillis) {
  static final int MAX_MESSAGE_CHARS = 500;
  static final long MAX_DELAY_MILLIS = 86_400_000;

  boolean failsIn(int attempt) {
    return failAttempts == null || attempt <= failAttempts;
  }

  JobFailedException failure() {
    ErrorKind chosen = kind == null ? ErrorKind.HANDLER : kind;
    String said = message == null ? "failed as the payload asks" : message;
    if (retryAfterMillis != null) {
      return JobFailedException.retryAfter(chosen, said, Duration.ofMillis(retryAfterMillis));
    }
    return retryable == null
        ? new JobFailedException(chosen, said)
        : new JobFailedException(chosen, said, retryable, null);
  }
}
