package io.millrace.ops.bench.load;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends requests to one server from one event loop thread. One load at a time. */
public final class LoadGenerator implements AutoCloseable {
  private static final long OPEN_SECONDS = 30;
  private static final long CLOSE_SECONDS = 5;
  private static final long STEP_NANOS = 200_000_000;
  private static final long ASK_AGAIN_NANOS = 2_000_000;
  private static final double SECOND_NANOS = 1e9;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("bench-load", true), NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final Wire wire;

  /** For the server of a URL, of which host and port count. */
  public LoadGenerator(URI url) {
    this.wire = new Wire(loop, new InetSocketAddress(url.getHost(), url.getPort()));
  }

  /**
   * Sends a load and waits for its end.
   *
   * @param elapsed told the seconds since the sending began, a few times a second
   * @throws IOException when a connection cannot be opened at the start
   */
  public LoadResult run(LoadPlan plan, LongConsumer elapsed)
      throws IOException, InterruptedException {
    LoadRun run = new LoadRun(plan, this::open);
    onLoop(run::open);
    await(run.awaitOpened(), run::refusal);
    long began = System.nanoTime();
    onLoop(() -> run.begin(began));
    switch (plan.pace()) {
      case Pace.Closed _ -> watch(began, plan.length(), elapsed);
      case Pace.Allowed _ -> askAgain(run, began, plan.length(), elapsed);
      case Pace.Open open -> pace(run, open, began, plan.length(), elapsed);
    }
    onLoop(run::stop);
    // What has not come by then is counted as an error.
    boolean _ = run.awaitEnded().await(plan.grace().toMillis(), TimeUnit.MILLISECONDS);
    return onLoop(run::finish);
  }

  /**
   * Submits batches of lines and waits for the answers to all.
   *
   * @param accepted told the lines accepted so far, a few times a second
   * @throws IOException when a connection cannot be opened at the start
   */
  public BulkResult submit(BulkPlan plan, LongConsumer accepted)
      throws IOException, InterruptedException {
    BulkRun run = new BulkRun(plan);
    onLoop(() -> run.open(connection -> wire.open(connection, run::notOpened)));
    await(run.awaitOpened(), run::refusal);
    onLoop(run::begin);
    long until = System.nanoTime() + plan.patience().toNanos();
    while (!run.awaitEnded().await(STEP_NANOS, TimeUnit.NANOSECONDS)
        && System.nanoTime() - until < 0) {
      accepted.accept(run.accepted());
    }
    return onLoop(run::finish);
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private void open(LoadConnection connection) {
    wire.open(connection, connection::notOpened);
  }

  private static void await(CountDownLatch opened, Supplier<@Nullable String> refusal)
      throws IOException, InterruptedException {
    String reason =
        opened.await(OPEN_SECONDS, TimeUnit.SECONDS)
            ? refusal.get()
            : "the connections were not open after " + OPEN_SECONDS + " s";
    if (reason != null) {
      throw new IOException(reason);
    }
  }

  /** A closed load runs by itself. */
  private static void watch(long began, Duration length, LongConsumer elapsed)
      throws InterruptedException {
    long end = began + length.toNanos();
    for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
      sleep(Math.min(STEP_NANOS, end - now));
      elapsed.accept(seconds(began));
    }
  }

  /** Has connections ask again that were allowed nothing. */
  private void askAgain(LoadRun run, long began, Duration length, LongConsumer elapsed)
      throws InterruptedException {
    long told = began;
    for (long now = began; now - began < length.toNanos(); now = System.nanoTime()) {
      sleep(ASK_AGAIN_NANOS);
      loop.execute(run::ask);
      if (now - told > STEP_NANOS) {
        told = now;
        elapsed.accept(seconds(began));
      }
    }
  }

  /** Says when each request of an open load is due; on this thread, whose sleep is the finer. */
  private void pace(LoadRun run, Pace.Open pace, long began, Duration length, LongConsumer elapsed)
      throws InterruptedException {
    long requests = Math.round(pace.perSecond() * length.toNanos() / SECOND_NANOS);
    long told = began;
    for (long i = 0; i < requests; i++) {
      long due = began + Math.round(i * SECOND_NANOS / pace.perSecond());
      for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) {
        sleep(due - now);
      }
      loop.execute(() -> run.due(due));
      if (due - told > STEP_NANOS) {
        told = due;
        elapsed.accept(seconds(began));
      }
    }
  }

  /** Finer than {@code Thread.sleep}, and may return early. */
  private static void sleep(long nanos) throws InterruptedException {
    LockSupport.parkNanos(nanos);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private static long seconds(long since) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
  }

  private void onLoop(Runnable step) throws InterruptedException {
    onLoop(
        () -> {
          step.run();
          return true;
        });
  }

  private <T> T onLoop(Callable<T> step) throws InterruptedException {
    try {
      return loop.submit(step).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the load failed", e.getCause());
    }
  }
}
