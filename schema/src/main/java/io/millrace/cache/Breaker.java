package io.millrace.cache;

import io.millrace.runtime.Backoff;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps callers from a Redis that does not answer (circuit breaker). Closed, it lets every call
 * through; {@value #THRESHOLD} failures in a row open it. Open, it lets no call through; after 1 to
 * 5 s it is half open for one probe, made by one loop and never by a caller, whose outcome closes
 * it or opens it for longer. Thread-safe.
 */
final class Breaker {
  static final int THRESHOLD = 5;
  static final Duration SHORTEST_OPEN = Duration.ofSeconds(1);
  static final Duration LONGEST_OPEN = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Breaker.class);

  private final Time time;
  private final Backoff backoff;
  private int failures;
  private long openedNanos;
  private long openForNanos;
  private volatile @Nullable String trouble;

  Breaker(Time time, RandomGenerator random) {
    this.time = time;
    // Equal jitter waits for at least half of the bound: 1 to 2 s at first.
    this.backoff = new Backoff(SHORTEST_OPEN.multipliedBy(2), LONGEST_OPEN, random);
  }

  /** Whether callers may call. */
  boolean isClosed() {
    return trouble == null;
  }

  /** The failure that opened it, or that of the latest probe; null while it is closed. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Takes note of a call that went well; says nothing about a breaker that has opened since. */
  synchronized void called() {
    failures = 0;
  }

  /** Takes note of a call that failed; the last of {@value #THRESHOLD} in a row opens. */
  synchronized void failed(String why) {
    failures++;
    if (trouble == null && failures >= THRESHOLD) {
      open(why);
      log.warn("redis is away, answers come from PostgreSQL error={}", why);
    }
  }

  /** Whether it is half open: closed to callers, but the loop may try one call. */
  synchronized boolean isHalfOpen() {
    return trouble != null && time.nanos() - openedNanos >= openForNanos;
  }

  /** Takes note of how the probe went: null for well, else the failure. */
  synchronized void probed(@Nullable String why) {
    if (why != null) {
      open(why);
    } else if (trouble != null) {
      trouble = null;
      failures = 0;
      backoff.reset();
      log.info("redis is back");
    }
  }

  private void open(String why) {
    openedNanos = time.nanos();
    openForNanos = backoff.next().toNanos();
    trouble = why;
  }
}
