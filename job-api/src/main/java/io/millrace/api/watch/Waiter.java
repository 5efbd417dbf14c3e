package io.millrace.api.watch;

import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a job to move on, on the caller's thread: a virtual one, for it may take a minute. */
public final class Waiter implements Watcher {
  private final int after;
  private final CompletableFuture<Boolean> answer = new CompletableFuture<>();

  private Waiter(int after) {
    this.after = after;
  }

  /**
   * Waits until a job's log goes beyond a number, or the job is final.
   *
   * @param after {@link Integer#MAX_VALUE} waits for the end alone
   * @param seconds at least 0
   * @return false when the time was over before, there was no room to wait, or the service stops
   * @throws InterruptedException when the caller's thread was interrupted
   */
  public static boolean await(WatchLoop loop, String tenant, UUID id, int after, int seconds)
      throws InterruptedException {
    Waiter waiter = new Waiter(after);
    if (!loop.watch(tenant, id, waiter)) {
      return false;
    }
    try {
      return waiter.answer.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("nobody fails a waiter", e);
    } finally {
      loop.unwatch(id, waiter);
    }
  }

  @Override
  public int position() {
    throw new IllegalStateException("a waiter takes no events");
  }

  @Override
  public boolean isReady() {
    return false;
  }

  @Override
  public void head(Head head) {
    if (head.isFinal() || head.last() > after) {
      answer.complete(true);
    }
  }

  @Override
  public void page(Page page) {
    // It takes none.
  }

  @Override
  public void pulse() {
    // Its caller keeps the time.
  }

  @Override
  public void end() {
    answer.complete(false);
  }
}
