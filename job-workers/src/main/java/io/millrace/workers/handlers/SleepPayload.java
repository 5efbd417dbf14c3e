package io.millrace.workers.handlers;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import org.jspecify.annotations.Nullable;

/**
 * How long {@code sleep} waits.
 *
 * @param millis 0 to {@value #MAX_MILLIS} (24 hours)
 * @param steps progress reports on the way, 1 to {@value #MAX_STEPS}; absent means 1
 * @param checkpoint true saves a checkpoint after each step, and starts after the step that an
 *     earlier attempt saved; absent means false
 * @param output true gives a piece of output out after each step; absent means false
 * @param ignoreInterruptMillis sleeps on for so long when it is told to stop, 0 to {@value
 *     #MAX_MILLIS}; absent means 0
 */
public record SleepPayload(
    long millis,
    @Nullable Integer steps,
    @Nullable Boolean checkpoint,
    @Nullable Boolean output,
    @Nullable Long ignoreInterruptMillis) {
  static final long MAX_MILLIS = 86_400_000;
  static final int MAX_STEPS = 1_000;

  int stepCount() {
    return steps == null ? 1 : steps;
  }

  boolean savesCheckpoints() {
    return Boolean.TRUE.equals(checkpoint);
  }

  boolean givesOutput() {
    return Boolean.TRUE.equals(output);
  }

  long deafMillis() {
    return ignoreInterruptMillis == null ? 0 : ignoreInterruptMillis;
  }

  void check() throws JobFailedException {
    check("millis", millis, 0, MAX_MILLIS);
    check("steps", stepCount(), 1, MAX_STEPS);
    check("ignoreInterruptMillis", deafMillis(), 0, MAX_MILLIS);
  }

  private static void check(String name, long value, long least, long most)
      throws JobFailedException {
    if (value < least || value > most) {
      throw new JobFailedException(
          ErrorKind.BAD_PAYLOAD, "%s must be %d to %d".formatted(name, least, most));
    }
  }
}
