package io.millrace.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop that gathers what many threads hand in and does it at once: while one batch is being
 * written, the next fills (group commit). There is no lingering: a lone item goes at once.
 *
 * @param <T> what is handed in
 * @param <R> the answer to each
 */
public final class Batcher<T, R> extends Loop {
  /** Writes one batch. */
  @FunctionalInterface
  public interface Writer<T, R> {
    /**
     * Does all items in one go.
     *
     * @param items 1 to maxBatch items in the order they came
     * @return one answer per item, in the same order
     * @throws Exception all items fail with it
     */
    List<R> write(List<T> items) throws Exception;
  }

  private static final Logger log = LoggerFactory.getLogger(Batcher.class);

  private record Waiting<T, R>(T item, CompletableFuture<R> answer) {}

  private final BlockingQueue<Waiting<T, R>> inbox;
  private final int maxBatch;
  private final Writer<T, R> writer;
  private volatile boolean ended;

  /**
   * Makes a batcher.
   *
   * @param capacity most items waiting, at least 1; beyond it {@link #submit} refuses
   * @param maxBatch most items in one write, at least 1
   */
  public Batcher(String name, int capacity, int maxBatch, Writer<T, R> writer) {
    super(name);
    this.inbox = new LinkedBlockingQueue<>(capacity);
    this.maxBatch = maxBatch;
    this.writer = writer;
  }

  /**
   * Hands an item in.
   *
   * @return the answer; fails with {@link RejectedExecutionException} when the inbox is full or the
   *     loop is stopping, else with what the writer threw
   */
  public CompletableFuture<R> submit(T item) {
    Waiting<T, R> waiting = new Waiting<>(item, new CompletableFuture<>());
    if (stopping() || !inbox.offer(waiting)) {
      refuse(waiting, stopping() ? " is stopping" : " has no room for more");
    } else if (ended && inbox.remove(waiting)) {
      refuse(waiting, " is stopping");
    }
    return waiting.answer();
  }

  private void refuse(Waiting<T, R> waiting, String why) {
    waiting.answer().completeExceptionally(new RejectedExecutionException(name() + why));
  }

  /** Items waiting now. */
  public int waiting() {
    return inbox.size();
  }

  @Override
  protected Duration tick() throws InterruptedException {
    Waiting<T, R> first = inbox.poll(200, TimeUnit.MILLISECONDS);
    if (first != null) {
      List<Waiting<T, R>> batch = new ArrayList<>(Math.min(maxBatch, inbox.size() + 1));
      batch.add(first);
      inbox.drainTo(batch, maxBatch - 1);
      write(batch);
    }
    return Duration.ZERO;
  }

  @Override
  protected void stopped() {
    ended = true;
    List<Waiting<T, R>> rest = new ArrayList<>();
    while (inbox.drainTo(rest, maxBatch) > 0) {
      writeLast(rest);
      rest.clear();
    }
  }

  /** A defect fails this batch and not those behind it, which nobody would answer any more. */
  private void writeLast(List<Waiting<T, R>> batch) {
    try {
      write(batch);
    } catch (Error e) {
      log.error("last items not written loop={} items={}", name(), batch.size(), e);
    }
  }

  private void write(List<Waiting<T, R>> batch) {
    try {
      List<R> answers = writer.write(batch.stream().map(Waiting::item).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(answers.get(i));
      }
    } catch (Exception e) {
      fail(batch, e);
    } catch (Error e) {
      fail(batch, e);
      throw e;
    }
  }

  private void fail(List<Waiting<T, R>> batch, Throwable why) {
    batch.forEach(w -> w.answer().completeExceptionally(why));
  }
}
