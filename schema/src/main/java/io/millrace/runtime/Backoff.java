package io.millrace.runtime;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Waiting times between tries of a loop whose world is broken: exponential with equal jitter (at
 * least half of the bound). Not thread-safe; each loop owns one.
 */
public final class Backoff {
  private final long firstMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private int failures;

  /**
   * Makes a backoff with randomness of its own. Not {@code ThreadLocalRandom.current()}: kept and
   * used on another thread than it was asked for on, it gives every thread of every process the
   * same numbers, and so no jitter at all.
   *
   * @param first bound of the first wait, at least 1 ms
   * @param max bound of every wait
   */
  public Backoff(Duration first, Duration max) {
    this(first, max, new SplittableRandom());
  }

  /** Makes a backoff that draws from a source of the caller's. */
  public Backoff(Duration first, Duration max, RandomGenerator random) {
    this.firstMillis = Math.max(1, first.toMillis());
    this.maxMillis = Math.max(firstMillis, max.toMillis());
    this.random = random;
  }

  /** Counts one more failure and says how long to wait. */
  public Duration next() {
    long bound = Math.min(maxMillis, firstMillis << Math.min(failures, 20));
    failures++;
    return Duration.ofMillis(bound / 2 + random.nextLong(bound / 2 + 1));
  }

  /** Forgets past failures after a success. */
  public void reset() {
    failures = 0;
  }

  /** Failures since the last success. */
  public int failures() {
    return failures;
  }
}
