package io.millrace.ops.bench.soak;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/**
 * How long and how much.
 *
 * @param length of the load, at least 5 s
 * @param rate submissions per second, above 0
 * @param every time between two readings, above 0
 */
public record SoakPlan(Duration length, double rate, Duration every) {
  /** Part of the length after which what is held then is taken as the measure of the end. */
  private static final double EARLY = 0.2;

  private static final int LEAST_CONNECTIONS = 16;

  /** A connection does a submission in a few milliseconds; this leaves it idle most of the time. */
  private static final double RATE_OF_A_CONNECTION = 50;

  private static final Duration SHORTEST = Duration.ofSeconds(5);

  /** The last reading is taken while the load still runs, as the early one is. */
  private static final Duration BEFORE_END = Duration.ofSeconds(1);

  public SoakPlan {
    if (length.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "length is %s, but must be at least %s".formatted(length, SHORTEST));
    }
    if (every.isZero() || every.isNegative()) {
      throw new IllegalArgumentException("every is " + every + ", but must be above 0");
    }
  }

  /** With a reading a minute. */
  public static SoakPlan ofMinutes(int minutes, double rate) {
    return new SoakPlan(Duration.ofMinutes(minutes), rate, Duration.ofMinutes(1));
  }

  /**
   * Connections of the load at most. Few, and all in use early: each pause for a reading makes the
   * load open what is left, and that must not look like a leak of sockets.
   */
  int connections() {
    return LEAST_CONNECTIONS + (int) Math.ceil(rate / RATE_OF_A_CONNECTION);
  }

  /** When the early reading is taken. */
  Duration early() {
    return Duration.ofMillis(Math.round(length.toMillis() * EARLY));
  }

  /** When readings are taken, ascending: at each interval, early, and just before the end. */
  List<Duration> readings() {
    Duration last = length.minus(BEFORE_END);
    TreeSet<Duration> times = new TreeSet<>();
    for (Duration at = every; at.compareTo(last) < 0; at = at.plus(every)) {
      times.add(at);
    }
    times.add(early());
    times.add(last);
    return List.copyOf(times);
  }
}
