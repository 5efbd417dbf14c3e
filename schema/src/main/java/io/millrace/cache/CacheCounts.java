package io.millrace.cache;

import java.util.concurrent.atomic.LongAdder;

/** What a cache has done since it was made. Every lookup is a hit or a miss; errors come on top. */
public final class CacheCounts {
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder failedCalls = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final LongAdder leftOut = new LongAdder();

  CacheCounts() {}

  /** Lookups answered. */
  public long hits() {
    return hits.sum();
  }

  /** Lookups not answered, for whatever reason; also those made while Redis is away. */
  public long misses() {
    return misses.sum();
  }

  /** Reads, writes and pings that failed; none are made by callers while Redis is away. */
  public long failedCalls() {
    return failedCalls.sum();
  }

  /** Values found that could not be decoded; each was dropped. */
  public long unreadable() {
    return unreadable.sum();
  }

  /** Values not stored because too many others waited to be. */
  public long leftOut() {
    return leftOut.sum();
  }

  void lookedUp(boolean hit) {
    (hit ? hits : misses).increment();
  }

  void callFailed() {
    failedCalls.increment();
  }

  void foundUnreadable() {
    unreadable.increment();
  }

  void left() {
    leftOut.increment();
  }
}
