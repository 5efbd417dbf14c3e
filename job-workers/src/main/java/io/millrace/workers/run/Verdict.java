package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Limits;
import io.millrace.model.Outcome;
import io.millrace.model.RetryPolicy;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobSnoozedException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What follows an attempt that did not succeed; pure.
 *
 * @param policy the submission's own, else the type's; attempts are counted by the job's row
 * @param ageMillis time from the job's creation to the failure
 * @param now what a snooze until a time is measured from
 * @param random 0.0 to below 1.0, for the jitter of a delay
 */
record Verdict(ClaimedJob job, RetryPolicy policy, long ageMillis, Instant now, double random) {
  private static final Duration LONGEST_DELAY = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);

  /** A handler that snoozes to the past must not come straight back for ever. */
  private static final Duration SHORTEST_SNOOZE = Duration.ofMillis(100);

  /** Decides for a failure that the handler has said nothing about. */
  Outcome failed(ErrorKind kind, String message) {
    return failed(kind, message, null, null);
  }

  /** Decides for what a handler threw. */
  Outcome thrown(Throwable thrown) {
    return switch (thrown) {
      case JobSnoozedException e -> snoozed(e);
      case JobFailedException e -> failed(e.kind(), text(e), e.said(), e.delay());
      case Error e -> failed(ErrorKind.BUG, "the handler broke: " + e);
      default -> failed(ErrorKind.HANDLER, text(thrown));
    };
  }

  /**
   * Decides for an attempt that was told to stop; a lost lease's outcome is refused by the fence.
   */
  Outcome stopped(StopReason reason, long heartbeatMillis) {
    return switch (reason) {
      case TIMEOUT ->
          failed(
              ErrorKind.TIMEOUT,
              "the attempt ran longer than its timeout of "
                  + Duration.ofMillis(job.timeoutMillis()));
      case HEARTBEAT ->
          failed(
              ErrorKind.HEARTBEAT,
              "the attempt gave no sign of life for longer than its heartbeat of "
                  + Duration.ofMillis(heartbeatMillis));
      case CANCEL -> new Outcome.Cancelled();
      case DEADLINE ->
          failed(ErrorKind.DEADLINE, "the job did not end before its deadline", false, null);
      case LEASE_LOST, DRAIN -> new Outcome.HandedBack(Duration.ZERO, "the worker is stopping");
    };
  }

  /** Fails for good, whatever the policy says. */
  Outcome.Failed failedForGood(ErrorKind kind, String message) {
    return new Outcome.Failed(new JobError(kind, message, job.attempt()));
  }

  private Outcome failed(
      ErrorKind kind, String message, @Nullable Boolean said, @Nullable Duration delay) {
    int failures = job.failures() + 1;
    if (failures >= job.maxAttempts() || !mayRetry(kind, said)) {
      return failedForGood(kind, message);
    }
    Duration budget = policy.budget();
    if (budget != null && ageMillis > budget.toMillis()) {
      return failedForGood(kind, message + " (its retry budget of " + budget + " is spent)");
    }
    Duration wait = delay == null ? policy.delayAfter(failures, random) : bounded(delay);
    return new Outcome.Retried(new JobError(kind, message, job.attempt()), wait);
  }

  /**
   * A handler that rules a retry out is obeyed. Else a policy that lists kinds decides by its list,
   * and without one the handler, or the kind when it has said nothing.
   */
  private boolean mayRetry(ErrorKind kind, @Nullable Boolean said) {
    if (Boolean.FALSE.equals(said)) {
      return false;
    }
    return policy.kinds() == null && said != null || policy.retries(kind);
  }

  private Outcome snoozed(JobSnoozedException snooze) {
    Duration delay = snooze.delayFrom(now);
    if (delay.compareTo(LONGEST_DELAY) > 0) {
      return failedForGood(
          ErrorKind.BUG, "the handler snoozed for longer than the limit of 366 days");
    }
    String why = text(snooze);
    if (why.length() > Limits.MAX_REASON_CHARS) {
      why = why.substring(0, Limits.MAX_REASON_CHARS);
    }
    Duration wait = delay.compareTo(SHORTEST_SNOOZE) < 0 ? SHORTEST_SNOOZE : delay;
    return new Outcome.HandedBack(wait, "snoozed: " + why.replace('\u0000', ' '));
  }

  private static Duration bounded(Duration delay) {
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
  }
}
