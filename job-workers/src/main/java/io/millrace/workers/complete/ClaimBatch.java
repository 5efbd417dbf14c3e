package io.millrace.workers.complete;

import java.util.concurrent.atomic.AtomicInteger;

/** One claim row and how many of its jobs are still open; shared by the jobs of the claim. */
public final class ClaimBatch {
  private final long session;
  private final long batch;
  private final AtomicInteger open;

  /** Makes a batch of {@code size} open jobs, at least 1. */
  public ClaimBatch(long session, long batch, int size) {
    this.session = session;
    this.batch = batch;
    this.open = new AtomicInteger(size);
  }

  public long session() {
    return session;
  }

  public long batch() {
    return batch;
  }

  /** Counts one job as ended; true for the last. */
  public boolean endOne() {
    return open.decrementAndGet() == 0;
  }
}
