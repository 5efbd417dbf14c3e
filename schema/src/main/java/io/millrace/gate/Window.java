package io.millrace.gate;

import java.time.Duration;

/**
 * How many jobs of a queue may be announced and not yet claimed. Enough that no worker waits for
 * the next release; no more, because what is announced is served in the order it came, whoever's it
 * is.
 */
final class Window {
  /** A queue that drains slowly still has this much announced. */
  static final long SMALLEST = 16;

  /** What a fast queue drains between two releases, with room to spare. */
  private static final Duration COVER = Duration.ofMillis(200);

  private Window() {}

  /**
   * The size for a queue.
   *
   * @param slots of the workers that serve it: twice as many keep them busy while slots turn over
   * @param perSecond jobs it has lately begun, per second
   */
  static long of(long slots, double perSecond) {
    return Math.max(SMALLEST, Math.max(2 * slots, (long) (perSecond * COVER.toMillis() / 1000.0)));
  }
}
