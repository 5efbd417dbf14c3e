package io.millrace.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Every so often, counted from a fixed time: a pause or a new version does not move the instants.
 *
 * @param origin not itself an instant; the first one follows a period later
 * @param millis at least 1,000
 */
record Interval(Instant origin, long millis) implements Recurrence {
  Interval {
    if (millis < 1_000) {
      throw new IllegalArgumentException("every must be at least a second");
    }
  }

  @Override
  public Optional<Instant> next(Instant after) {
    long passed = Math.floorDiv(Duration.between(origin, after).toMillis(), millis);
    return Optional.of(origin.plusMillis((Math.max(0, passed) + 1) * millis));
  }
}
