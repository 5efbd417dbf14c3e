package io.millrace.store;

import io.millrace.model.ClaimedJob;
import io.millrace.model.JobOptions;
import io.millrace.model.NewJob;
import io.millrace.model.RetryPolicy;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction hands to the worker that makes it, instead of announcing it. Used by one
 * thread, for one batch of jobs; begins before they are stored and ends with the transaction.
 */
final class HandOver {
  private final @Nullable Successors successors;
  private Successors.@Nullable Taking taking;
  private List<ClaimedJob> running = List.of();

  /** With null nothing is handed over. */
  HandOver(@Nullable Successors successors) {
    this.successors = successors;
  }

  /** Nothing is handed over. */
  static HandOver none() {
    return new HandOver(null);
  }

  /** Asks which of the jobs the worker takes; those held back have to wait like others. */
  void offer(List<NewJob> jobs, Predicate<NewJob> heldBack) {
    if (successors != null && taking == null) {
      List<NewJob> free = jobs.stream().filter(heldBack.negate()).toList();
      taking = free.isEmpty() ? null : successors.take(free);
    }
  }

  /** What the worker takes; null for nothing. */
  Successors.@Nullable Taking taking() {
    return taking;
  }

  /** Notes which of the jobs were stored as RUNNING. */
  void stored(List<NewJob> jobs, Set<UUID> runningIds) {
    Successors.Taking wanted = taking;
    if (wanted != null) {
      running =
          jobs.stream()
              .filter(job -> runningIds.contains(job.id()))
              .map(job -> claimed(job, wanted.session()))
              .toList();
    }
  }

  void committed() {
    Successors.Taking done = end();
    if (done != null) {
      done.committed(running);
    }
  }

  void undone() {
    Successors.Taking done = end();
    if (done != null) {
      done.undone();
    }
  }

  void inDoubt() {
    Successors.Taking done = end();
    if (done != null) {
      done.inDoubt();
    }
  }

  private Successors.@Nullable Taking end() {
    Successors.Taking ended = taking;
    taking = null;
    return ended;
  }

  private static ClaimedJob claimed(NewJob job, long session) {
    JobOptions options = job.options();
    RetryPolicy retry = options.retry();
    return new ClaimedJob(
        job.id(),
        job.tenant(),
        job.type(),
        session,
        1,
        0,
        job.maxAttempts(),
        job.timeoutMillis(),
        options.heartbeatMillis(),
        retry == null ? null : retry.encode(),
        0,
        job.payload(),
        job.traceparent(),
        options.task() != null,
        false);
  }
}
