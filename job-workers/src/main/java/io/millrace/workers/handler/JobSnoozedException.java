package io.millrace.workers.handler;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The job cannot go on yet and is to be run again later. Costs no attempt and is no failure; holds
 * no thread and no slot meanwhile. What the handler needs then, it saves as a checkpoint before.
 */
public final class JobSnoozedException extends Exception {
  private final @Nullable Instant until;
  private final Duration delay;

  private JobSnoozedException(@Nullable Instant until, Duration delay, String why) {
    super(why);
    this.until = until;
    this.delay = delay;
  }

  /**
   * Runs again after a time.
   *
   * @param delay at most 366 days, beyond which the job fails; at least 100 ms, as which a shorter
   *     one is taken
   * @param why a few words for the job's history, cut to {@code Limits.MAX_REASON_CHARS}
   */
  public static JobSnoozedException after(Duration delay, String why) {
    return new JobSnoozedException(null, delay, why);
  }

  /** Runs again at a time, by the worker's clock; the bounds of {@link #after} hold. */
  public static JobSnoozedException until(Instant time, String why) {
    return new JobSnoozedException(time, Duration.ZERO, why);
  }

  /** How long to wait from a moment on; negative for a time that has passed. */
  public Duration delayFrom(Instant now) {
    return until == null ? delay : Duration.between(now, until);
  }
}
