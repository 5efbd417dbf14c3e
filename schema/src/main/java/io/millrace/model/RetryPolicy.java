package io.millrace.model;

import java.time.Duration;

/**
 * When a failed attempt is followed by another: exponential backoff with full jitter.
 *
 * @param maxAttempts attempts in all, 1 to {@link Limits#MAX_ATTEMPTS}
 * @param initialDelay upper bound of the delay after the first failure, 0 or more
 * @param factor growth of that bound per further failure, 1.0 to 10.0
 * @param maxDelay ceiling of the bound, at least {@code initialDelay}
 */
public record RetryPolicy(
    int maxAttempts, Duration initialDelay, double factor, Duration maxDelay) {
  /** Three attempts, 1 s growing by 2 up to 5 min. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(3, Duration.ofSeconds(1), 2.0, Duration.ofMinutes(5));

  /** One attempt, no retry. */
  public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, 1.0, Duration.ZERO);

  public RetryPolicy {
    if (maxAttempts < 1 || maxAttempts > Limits.MAX_ATTEMPTS) {
      throw new IllegalArgumentException(
          "maxAttempts is " + maxAttempts + "; it must be 1 to " + Limits.MAX_ATTEMPTS);
    }
    if (initialDelay.isNegative() || maxDelay.compareTo(initialDelay) < 0) {
      throw new IllegalArgumentException(
          "initialDelay " + initialDelay + " must be 0 or more and at most maxDelay " + maxDelay);
    }
    if (!(factor >= 1.0 && factor <= 10.0)) {
      throw new IllegalArgumentException("factor is " + factor + "; it must be 1.0 to 10.0");
    }
  }

  /**
   * The delay before the attempt that follows a failure.
   *
   * @param failures failed attempts so far, from 1
   * @param random where between zero and the bound the delay falls, 0.0 to below 1.0 (full jitter)
   */
  public Duration delayAfter(int failures, double random) {
    double bound = initialDelay.toMillis() * Math.pow(factor, Math.max(0, failures - 1));
    double capped = Math.min(bound, maxDelay.toMillis());
    return Duration.ofMillis((long) (capped * random));
  }
}
