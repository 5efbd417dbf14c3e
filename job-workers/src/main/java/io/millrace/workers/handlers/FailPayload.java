package io.millrace.workers.handlers;

import io.millrace.model.ErrorKind;
import io.millrace.model.Limits;
import io.millrace.workers.handler.JobFailedException;
import org.jspecify.annotations.Nullable;

/**
 * How {@code fail} fails.
 *
 * @param kind absent means HANDLER
 * @param message at most {@value #MAX_MESSAGE_CHARS} characters; absent gives a fixed sentence
 * @param retryable absent leaves it to the kind
 * @param failAttempts fails in that many first attempts and succeeds after, 0 to {@link
 *     Limits#MAX_ATTEMPTS}; absent fails always
 */
public record FailPayload(
    @Nullable ErrorKind kind,
    @Nullable String message,
    @Nullable Boolean retryable,
    @Nullable Integer failAttempts) {
  static final int MAX_MESSAGE_CHARS = 500;

  boolean failsIn(int attempt) {
    return failAttempts == null || attempt <= failAttempts;
  }

  JobFailedException failure() {
    ErrorKind chosen = kind == null ? ErrorKind.HANDLER : kind;
    return new JobFailedException(
        chosen,
        message == null ? "failed as the payload asks" : message,
        retryable == null ? chosen.retryable() : retryable,
        null);
  }
}
