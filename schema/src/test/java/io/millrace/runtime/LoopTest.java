package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LoopTest {
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger more = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
  private final LinkedBlockingQueue<Long> failedAtNanos = new LinkedBlockingQueue<>();
  private final PeriodicLoop loop = new PeriodicLoop("test", FOR_EVER, this::run);

  @AfterEach
  void stop() {
    loop.close();
  }

  @Test
  void run_saysMore_runsAgainWithoutAPause() {
    more.set(3);
    loop.start();
    awaitRuns(4);
    assertThat(loop.trouble()).isNull();
  }

  @Test
  void wake_whileWaiting_runsAtOnce() {
    loop.start();
    for (int expected = 1; expected <= 5; expected++) {
      awaitRuns(expected);
      loop.wake();
    }
    awaitRuns(6);
  }

  @Test
  void run_fails_saysSoAndTriesAgainAfterAWait() throws InterruptedException {
    broken.set(new IOException("no route"));
    loop.start();
    long first = failedAt();
    long second = failedAt();
    assertThat(Duration.ofNanos(second - first)).isGreaterThanOrEqualTo(Duration.ofMillis(25));
    assertThat(loop.trouble()).isEqualTo("test: java.io.IOException: no route");
  }

  @Test
  void run_succeedsAgain_isHealthy() throws InterruptedException {
    broken.set(new IOException("no route"));
    loop.start();
    failedAt();
    await().until(() -> loop.trouble() != null);
    assertThat(loop.hasEnded()).isFalse();
    broken.set(null);
    await().until(() -> loop.trouble() == null);
    assertThat(runs).hasPositiveValue();
  }

  @Test
  void run_error_endsTheLoopUnhealthyForGood() throws InterruptedException {
    broken.set(new AssertionError("defect"));
    loop.start();
    failedAt();
    await().dontCatchUncaughtExceptions().until(() -> loop.trouble() != null);
    await().until(loop::hasEnded);
    broken.set(null);
    loop.wake();
    loop.close();
    assertThat(runs).hasValue(0);
    assertThat(loop.trouble()).isEqualTo("test: java.lang.AssertionError: defect");
  }

  @Test
  void close_whileWaiting_endsTheWaitAndIsNoTrouble() {
    loop.start();
    awaitRuns(1);
    loop.close();
    loop.close();
    assertThat(loop.trouble()).isNull();
    loop.wake();
    assertThat(runs).hasValue(1);
  }

  @Test
  void close_neverStarted_returns() {
    loop.close();
    assertThat(loop.trouble()).isNull();
  }

  @Test
  void close_unblocksATickAndCallsStoppedOnItsThread() throws InterruptedException {
    CountDownLatch ticking = new CountDownLatch(1);
    CountDownLatch unblocked = new CountDownLatch(1);
    AtomicReference<@Nullable String> stoppedOn = new AtomicReference<>();
    Loop blocking =
        new Loop("blocking") {
          @Override
          protected Duration tick() throws InterruptedException {
            ticking.countDown();
            unblocked.await();
            return FOR_EVER;
          }

          @Override
          protected void unblock() {
            unblocked.countDown();
          }

          @Override
          protected void stopped() {
            stoppedOn.set(Thread.currentThread().getName());
          }
        };
    blocking.start();
    ticking.await();
    blocking.close();
    assertThat(stoppedOn.get()).isEqualTo("millrace-blocking");
  }

  /** Each ends only when both have been asked to; one after the other would take 30 s. */
  @Test
  void closeAll_loopsThatEndSlowly_areAllAskedBeforeAnyIsWaitedFor() {
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch ended = new CountDownLatch(2);
    List<Loop> both = List.of(waiting(asked, ended), waiting(asked, ended));
    both.forEach(Loop::start);
    Loop.closeAll(both);
    assertThat(ended.getCount()).isZero();
  }

  private static Loop waiting(CountDownLatch asked, CountDownLatch ended) {
    return new Loop("waiting") {
      @Override
      protected Duration tick() throws InterruptedException {
        asked.await();
        return Duration.ZERO;
      }

      @Override
      protected void unblock() {
        asked.countDown();
      }

      @Override
      protected void stopped() {
        ended.countDown();
      }
    };
  }

  private boolean run() throws Exception {
    Throwable failure = broken.get();
    if (failure != null) {
      failedAtNanos.add(System.nanoTime());
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof Exception exception) {
      throw exception;
    }
    runs.incrementAndGet();
    return more.getAndDecrement() > 0;
  }

  private long failedAt() throws InterruptedException {
    Long at = failedAtNanos.poll(10, TimeUnit.SECONDS);
    assertThat(at).isNotNull();
    return at;
  }

  private void awaitRuns(int expected) {
    await().untilAsserted(() -> assertThat(runs).hasValue(expected));
  }
}
