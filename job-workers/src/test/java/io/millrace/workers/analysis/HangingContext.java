package io.millrace.workers.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hangs after a number of blocks until it is let go. */
final class HangingContext extends RecordingContext {
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private int looksLeft;

  HangingContext(UUID job, int blocks) {
    super(job, 1);
    this.looksLeft = 2 * blocks;
  }

  @Override
  public void checkCancelled() {
    if (looksLeft-- == 0) {
      hanging.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  void awaitHanging() throws InterruptedException {
    assertThat(hanging.await(60, TimeUnit.SECONDS)).isTrue();
  }

  void release() {
    released.countDown();
  }
}
