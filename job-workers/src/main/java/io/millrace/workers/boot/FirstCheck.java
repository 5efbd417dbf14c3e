package io.millrace.workers.boot;

import io.millrace.runtime.Ids;
import io.millrace.workers.poll.GroupCheck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A worker's first check of Kafka, made on a thread of its own while the rest of the process
 * starts: most of its time is waiting for the broker. What is wrong is thrown where its outcome is
 * waited for, and later checks are the worker's.
 */
final class FirstCheck implements AutoCloseable {
  private final List<String> pools;
  private final CompletableFuture<Void> prepared = new CompletableFuture<>();
  private final CompletableFuture<Void> proven = new CompletableFuture<>();
  private final Thread thread;

  /**
   * Makes a check, which {@link #start()} begins.
   *
   * @param pools whose topics and groups are made what they have to be
   * @param patience longest wait for the record that proves them
   */
  FirstCheck(GroupCheck check, List<String> pools, Ids ids, Duration patience) {
    this.pools = List.copyOf(pools);
    this.thread =
        Thread.ofPlatform()
            .name("millrace-first-check")
            .daemon(true)
            .unstarted(() -> run(check, ids, patience));
  }

  void start() {
    thread.start();
  }

  /** Whether these pools are all among those it prepares. */
  boolean covers(List<String> others) {
    return pools.containsAll(others);
  }

  /**
   * Waits until topics and groups are what they have to be.
   *
   * @throws IllegalStateException in words for an operator, when they are not
   */
  void awaitPrepared() {
    await(prepared);
  }

  /**
   * Waits until a record went through.
   *
   * @throws IllegalStateException in words for an operator, when none did
   */
  void awaitProven() {
    await(proven);
  }

  private static void await(CompletableFuture<Void> step) {
    try {
      step.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IllegalStateException known ? known : e;
    }
  }

  private void run(GroupCheck check, Ids ids, Duration patience) {
    GroupCheck.Steps steps =
        new GroupCheck.Steps() {
          @Override
          public void prepared() {
            prepared.complete(null);
          }

          @Override
          public void proven() {
            proven.complete(null);
          }
        };
    try {
      check.prepareAndProve(pools, ids.next(), patience, steps);
    } catch (RuntimeException | Error e) {
      prepared.completeExceptionally(e);
      proven.completeExceptionally(e);
    }
  }

  /** Gives up; whoever waits is told. */
  @Override
  public void close() {
    thread.interrupt();
    IllegalStateException closed = new IllegalStateException("the process stops");
    prepared.completeExceptionally(closed);
    proven.completeExceptionally(closed);
  }
}
