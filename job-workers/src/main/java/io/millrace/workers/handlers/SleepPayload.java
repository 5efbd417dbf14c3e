package io.millrace.workers.handlers;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import org.jspecify.annotations.Nullable;

/**
 * How long {@code sleep} waits.
 *
 * @param millis 0 to {@value #MAX_MILLIS} (24 hours)
 * @param steps progress reports on the way, 1 to {@value #MAX_STEPS}; absent means 1
 */
public record SleepPayload(long millis, @Nullable Integer steps) {
  static final long MAX_MILLIS = 86_400_000;
  static final int MAX_STEPS = 1_000;

  int stepCount() {
    return steps == null ? 1 : steps;
  }

  void check() throws JobFailedException {
    if (millis < 0 || millis > MAX_MILLIS) {
      throw new JobFailedException(ErrorKind.BAD_PAYLOAD, "millis must be 0 to " + MAX_MILLIS);
    }
    if (stepCount() < 1 || stepCount() > MAX_STEPS) {
      throw new JobFailedException(ErrorKind.BAD_PAYLOAD, "steps must be 1 to " + MAX_STEPS);
    }
  }
}
