package io.millrace.local;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gives up on calls into a library that may never return. */
final class Bounded {
  private Bounded() {}

  /** Runs the task on a daemon thread of its own and waits for it; a late one is left behind. */
  static void run(String name, Duration bound, Runnable task) {
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            task, command -> Thread.ofPlatform().daemon().name(name).start(command));
    try {
      done.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LocalStackException("%s did not end within %s".formatted(name, bound));
    } catch (ExecutionException e) {
      throw new LocalStackException(name + " failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException(name + " was interrupted", e);
    }
  }
}
