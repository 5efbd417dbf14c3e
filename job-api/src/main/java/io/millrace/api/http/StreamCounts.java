package io.millrace.api.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts event streams, for the metrics. Thread-safe. */
public final class StreamCounts {
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder cutOff = new LongAdder();

  /** Streams that are open now. */
  public int open() {
    return open.get();
  }

  /** Streams ended because their reader took nothing. */
  public long cutOffs() {
    return cutOff.sum();
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  void cutOff() {
    cutOff.increment();
  }
}
