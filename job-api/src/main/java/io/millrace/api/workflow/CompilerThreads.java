package io.millrace.api.workflow;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where definitions are compiled. Requests are on virtual threads, which give up their carrier only
 * when they wait: a few large definitions there would hold up all other requests.
 */
final class CompilerThreads implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int MAX_WAITING = 64;
  private static final int IDLE_SECONDS = 60;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          Thread.ofPlatform().name("millrace-compile-", 1).daemon().factory());

  CompilerThreads() {
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Waits for a piece of work.
   *
   * @throws RejectedExecutionException when {@value #MAX_WAITING} wait already, or after {@link
   *     #close}
   */
  <T> T call(Supplier<T> work) throws InterruptedException {
    try {
      return threads.submit(work::get).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a definition could not be worked on", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
