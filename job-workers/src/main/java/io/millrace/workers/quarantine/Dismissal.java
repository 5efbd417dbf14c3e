package io.millrace.workers.quarantine;

import java.util.concurrent.CountDownLatch;

/** Tells a runner to end: its worker said so or is gone, or the lane is empty. Thread-safe. */
public final class Dismissal {
  private final CountDownLatch told = new CountDownLatch(1);

  /** Tells it; once is enough. */
  public void dismiss() {
    told.countDown();
  }

  /** Whether it was told; if not, its end is the doing of its job. */
  public boolean isDismissed() {
    return told.getCount() == 0;
  }

  /** Waits until it is told. */
  public void await() throws InterruptedException {
    told.await();
  }
}
