package io.millrace.api.intake;

import java.time.Duration;

/**
 * How fast something drains: an average whose memory fades over {@link #MEMORY}. Read by any
 * thread, fed by one.
 */
final class DrainRate {
  /** After this time an old reading weighs 1/e. */
  private static final Duration MEMORY = Duration.ofSeconds(10);

  /** What a caller is told when nobody knows: nothing was measured yet, or nothing drains. */
  static final int UNKNOWN_SECONDS = 30;

  static final int LEAST_SECONDS = 1;
  static final int MOST_SECONDS = 300;

  private volatile double perSecond = Double.NaN;

  /**
   * Takes a reading.
   *
   * @param drained since the reading before, at least 0
   * @param nanos since the reading before
   */
  void sample(long drained, long nanos) {
    if (nanos <= 0) {
      return;
    }
    double lately = drained / (nanos / 1e9);
    double newest = 1 - Math.exp(-(double) nanos / MEMORY.toNanos());
    perSecond = Double.isNaN(perSecond) ? lately : perSecond + (lately - perSecond) * newest;
  }

  /** Whole seconds until so many have drained, 1 to 300; 30 when nobody knows. */
  int secondsFor(long jobs) {
    double rate = perSecond;
    if (Double.isNaN(rate) || rate * MOST_SECONDS < 1) {
      return UNKNOWN_SECONDS;
    }
    return (int) Math.clamp(Math.ceil(jobs / rate), LEAST_SECONDS, MOST_SECONDS);
  }
}
