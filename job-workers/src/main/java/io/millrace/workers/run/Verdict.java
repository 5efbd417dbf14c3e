package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Outcome;
import io.millrace.model.RetryPolicy;
import io.millrace.workers.handler.JobFailedException;
import java.time.Duration;

/** What follows a failed attempt; pure. */
final class Verdict {
  private Verdict() {}

  /**
   * Decides between another attempt and the dead letters.
   *
   * @param random 0.0 to below 1.0, for the jitter of the delay
   */
  static Outcome failed(
      ClaimedJob job,
      ErrorKind kind,
      String message,
      boolean retryable,
      RetryPolicy policy,
      double random) {
    JobError error = new JobError(kind, message, job.attempt());
    int failures = job.failures() + 1;
    if (!retryable || failures >= job.maxAttempts()) {
      return new Outcome.Failed(error);
    }
    return new Outcome.Retried(error, policy.delayAfter(failures, random));
  }

  /** Decides for what a handler threw. */
  static Outcome thrown(ClaimedJob job, Throwable thrown, RetryPolicy policy, double random) {
    return switch (thrown) {
      case JobFailedException e -> failed(job, e.kind(), text(e), e.retryable(), policy, random);
      case Error e -> failed(job, ErrorKind.BUG, "the handler broke: " + e, false, policy, random);
      default -> failed(job, ErrorKind.HANDLER, text(thrown), true, policy, random);
    };
  }

  /**
   * Decides for an attempt that was told to stop; a lost lease's outcome is refused by the fence.
   */
  static Outcome stopped(ClaimedJob job, StopReason reason, RetryPolicy policy, double random) {
    return switch (reason) {
      case TIMEOUT ->
          failed(
              job,
              ErrorKind.TIMEOUT,
              "the attempt ran longer than its timeout of "
                  + Duration.ofMillis(job.timeoutMillis()),
              true,
              policy,
              random);
      case LEASE_LOST, DRAIN -> new Outcome.HandedBack(Duration.ZERO, "the worker is stopping");
    };
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
  }
}
