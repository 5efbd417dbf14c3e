package io.millrace.ops.scale.policy;

import java.time.Duration;

/**
 * Arrivals by level and trend: Holt's linear method, for readings at uneven times.
 *
 * @param atMillis of the latest reading; below 0 before the first
 * @param level arrivals per second
 * @param perSecond by how much the level changes each second
 */
record Trend(long atMillis, double level, double perSecond) {
  static final Trend NONE = new Trend(-1, 0, 0);

  /** A reading this much later than the last one begins anew. */
  private static final long GAP_MILLIS = 120_000;

  /** With one more reading; one that is not later than the last changes nothing. */
  Trend with(Signals signals, double levelShare, double trendShare) {
    if (atMillis < 0 || signals.atMillis() - atMillis > GAP_MILLIS) {
      return new Trend(signals.atMillis(), signals.arrivalsPerSecond(), 0);
    }
    if (signals.atMillis() <= atMillis) {
      return this;
    }
    double seconds = (signals.atMillis() - atMillis) / 1000.0;
    double expected = level + perSecond * seconds;
    double next = levelShare * signals.arrivalsPerSecond() + (1 - levelShare) * expected;
    double slope = trendShare * ((next - level) / seconds) + (1 - trendShare) * perSecond;
    return new Trend(signals.atMillis(), Math.max(0, next), slope);
  }

  /** Arrivals per second so far ahead; never below 0. */
  double ahead(Duration horizon) {
    return Math.max(0, level + perSecond * horizon.toMillis() / 1000.0);
  }
}
