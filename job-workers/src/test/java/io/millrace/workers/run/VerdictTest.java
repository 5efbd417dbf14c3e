package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Outcome;
import io.millrace.model.RetryPolicy;
import io.millrace.workers.handler.JobFailedException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofSeconds(10), 2.0, Duration.ofMinutes(1));

  @Test
  void thrown_attemptsLeft_isRetriedWithJitteredDelay() {
    Outcome outcome = Verdict.thrown(job(1, 3), new IllegalStateException("boom"), POLICY, 0.5);
    // The second failure's bound is 20 s; half of it.
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Retried(
                new JobError(ErrorKind.HANDLER, "boom", 2), Duration.ofSeconds(10)));
  }

  @Test
  void thrown_lastAttempt_fails() {
    assertThat(Verdict.thrown(job(2, 3), new IllegalStateException("boom"), POLICY, 0.5))
        .isEqualTo(new Outcome.Failed(new JobError(ErrorKind.HANDLER, "boom", 3)));
  }

  @Test
  void thrown_notRetryable_failsAtOnce() {
    JobFailedException bad = new JobFailedException(ErrorKind.BAD_PAYLOAD, "no such file");
    assertThat(Verdict.thrown(job(0, 3), bad, POLICY, 0.5))
        .isEqualTo(new Outcome.Failed(new JobError(ErrorKind.BAD_PAYLOAD, "no such file", 1)));
  }

  @Test
  void thrown_error_isABugAndNotRepeated() {
    Outcome outcome = Verdict.thrown(job(0, 3), new StackOverflowError(), POLICY, 0.5);
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Failed(
                new JobError(ErrorKind.BUG, "the handler broke: java.lang.StackOverflowError", 1)));
  }

  @Test
  void thrown_withoutMessage_namesTheException() {
    Outcome outcome = Verdict.thrown(job(2, 3), new IllegalStateException(), POLICY, 0.5);
    assertThat(outcome)
        .isEqualTo(new Outcome.Failed(new JobError(ErrorKind.HANDLER, "IllegalStateException", 3)));
  }

  @Test
  void stopped_byTimeout_countsAsFailure() {
    assertThat(Verdict.stopped(job(2, 3), StopReason.TIMEOUT, POLICY, 0.5))
        .isEqualTo(
            new Outcome.Failed(
                new JobError(
                    ErrorKind.TIMEOUT, "the attempt ran longer than its timeout of PT1S", 3)));
  }

  @Test
  void stopped_byDrain_isHandedBack() {
    assertThat(Verdict.stopped(job(2, 3), StopReason.DRAIN, POLICY, 0.5))
        .isEqualTo(new Outcome.HandedBack(Duration.ZERO, "the worker is stopping"));
  }

  private static ClaimedJob job(int failures, int maxAttempts) {
    return new ClaimedJob(
        new UUID(0, 1),
        "t",
        "x",
        1,
        failures + 1,
        failures,
        maxAttempts,
        1_000,
        null,
        null,
        0,
        "{}",
        null);
  }
}
