package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Outcome;
import io.millrace.model.RetryPolicy;
import io.millrace.model.RetryPolicy.Jitter;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobSnoozedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofSeconds(10), 2.0, Duration.ofMinutes(1));
  private static final RetryPolicy ONLY_DEPENDENCY = policy(null, Set.of(ErrorKind.DEPENDENCY));
  private static final RetryPolicy WITH_BUG = policy(null, Set.of(ErrorKind.BUG));
  private static final RetryPolicy BUDGET = policy(Duration.ofSeconds(60), null);

  /** Who says what, and whether another attempt follows. */
  static Stream<Arguments> retries() {
    JobFailedException silent = new JobFailedException(ErrorKind.HANDLER, "m");
    JobFailedException silentBug = new JobFailedException(ErrorKind.BUG, "m");
    JobFailedException never = new JobFailedException(ErrorKind.DEPENDENCY, "m", false, null);
    JobFailedException please = new JobFailedException(ErrorKind.BAD_PAYLOAD, "m", true, null);
    JobFailedException soon =
        JobFailedException.retryAfter(ErrorKind.HANDLER, "m", Duration.ofSeconds(1));
    return Stream.of(
        Arguments.of("the kind retries", silent, POLICY, true),
        Arguments.of("the kind does not", silentBug, POLICY, false),
        Arguments.of("the handler rules it out", never, POLICY, false),
        Arguments.of("the handler rules it out, listed", never, ONLY_DEPENDENCY, false),
        Arguments.of("the handler asks, the kind does not", please, POLICY, true),
        Arguments.of("the handler asks, not listed", please, ONLY_DEPENDENCY, false),
        Arguments.of("the handler asks with a delay, not listed", soon, ONLY_DEPENDENCY, false),
        Arguments.of("not listed", silent, ONLY_DEPENDENCY, false),
        Arguments.of("listed, the kind does not", silentBug, WITH_BUG, true),
        Arguments.of("any exception", new IllegalStateException("m"), POLICY, true),
        Arguments.of("any exception, not listed", new Exception("m"), WITH_BUG, false),
        Arguments.of("an error", new StackOverflowError(), POLICY, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("retries")
  void thrown_whoeverDecides(String why, Throwable thrown, RetryPolicy policy, boolean retried) {
    Outcome outcome = verdict(job(0, 3), policy).thrown(thrown);
    assertThat(outcome)
        .as(why)
        .isInstanceOf(retried ? Outcome.Retried.class : Outcome.Failed.class);
  }

  @Test
  void thrown_attemptsLeft_isRetriedWithJitteredDelay() {
    // The second failure's bound is 20 s; half of it.
    assertThat(verdict(job(1, 3), POLICY).thrown(new IllegalStateException("boom")))
        .isEqualTo(
            new Outcome.Retried(
                new JobError(ErrorKind.HANDLER, "boom", 2), Duration.ofSeconds(10)));
  }

  @Test
  void thrown_lastAttempt_fails() {
    assertThat(verdict(job(2, 3), POLICY).thrown(new IllegalStateException("boom")))
        .isEqualTo(new Outcome.Failed(new JobError(ErrorKind.HANDLER, "boom", 3)));
  }

  @Test
  void thrown_retryAfter_replacesThePolicysDelayWithinItsAttempts() {
    JobFailedException later =
        JobFailedException.retryAfter(ErrorKind.DEPENDENCY, "busy", Duration.ofMinutes(7));
    assertThat(delay(verdict(job(0, 3), POLICY).thrown(later))).isEqualTo(Duration.ofMinutes(7));
    assertThat(verdict(job(2, 3), POLICY).thrown(later)).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void thrown_retryAfterOutOfRange_isTakenAsTheNearest() {
    assertThat(delay(verdict(job(0, 3), POLICY).thrown(retryAfter(Duration.ofDays(-1)))))
        .isEqualTo(Duration.ZERO);
    assertThat(delay(verdict(job(0, 3), POLICY).thrown(retryAfter(Duration.ofDays(4_000)))))
        .isEqualTo(Duration.ofDays(366));
  }

  @Test
  void thrown_budgetSpent_failsAndSaysSo() {
    assertThat(new Verdict(job(0, 3), BUDGET, 60_000, NOW, 0).thrown(new Exception("boom")))
        .isInstanceOf(Outcome.Retried.class);
    assertThat(new Verdict(job(0, 3), BUDGET, 60_001, NOW, 0).thrown(new Exception("boom")))
        .isEqualTo(
            new Outcome.Failed(
                new JobError(ErrorKind.HANDLER, "boom (its retry budget of PT1M is spent)", 1)));
  }

  @Test
  void thrown_withoutMessage_namesTheException() {
    assertThat(verdict(job(2, 3), POLICY).thrown(new IllegalStateException()))
        .isEqualTo(new Outcome.Failed(new JobError(ErrorKind.HANDLER, "IllegalStateException", 3)));
  }

  @Test
  void snoozed_costsNothingEvenInTheLastAttempt() {
    assertThat(
            verdict(job(2, 3), POLICY).thrown(JobSnoozedException.after(Duration.ofHours(2), "x")))
        .isEqualTo(new Outcome.HandedBack(Duration.ofHours(2), "snoozed: x"));
    assertThat(
            verdict(job(0, 1), POLICY)
                .thrown(JobSnoozedException.until(NOW.plusSeconds(30), "half a minute")))
        .isEqualTo(new Outcome.HandedBack(Duration.ofSeconds(30), "snoozed: half a minute"));
  }

  @Test
  void snoozed_toThePast_waitsTheLeast() {
    assertThat(
            verdict(job(0, 3), POLICY).thrown(JobSnoozedException.until(NOW.minusSeconds(5), "x")))
        .isEqualTo(new Outcome.HandedBack(Duration.ofMillis(100), "snoozed: x"));
  }

  @Test
  void snoozed_beyondTheLimit_fails() {
    Outcome outcome =
        verdict(job(0, 3), POLICY).thrown(JobSnoozedException.after(Duration.ofDays(367), "x"));
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Failed(
                new JobError(
                    ErrorKind.BUG,
                    "the handler snoozed for longer than the limit of 366 days",
                    1)));
  }

  @Test
  void stopped_byTimeoutOrSilence_countsAsFailure() {
    assertThat(verdict(job(2, 3), POLICY).stopped(StopReason.TIMEOUT, 0))
        .isEqualTo(
            new Outcome.Failed(
                new JobError(
                    ErrorKind.TIMEOUT, "the attempt ran longer than its timeout of PT1S", 3)));
    assertThat(verdict(job(0, 3), POLICY).stopped(StopReason.HEARTBEAT, 5_000))
        .isEqualTo(
            new Outcome.Retried(
                new JobError(
                    ErrorKind.HEARTBEAT,
                    "the attempt gave no sign of life for longer than its heartbeat of PT5S",
                    1),
                Duration.ofSeconds(5)));
  }

  @Test
  void stopped_byDeadline_isNeverRetried() {
    RetryPolicy listed = policy(null, Set.of(ErrorKind.DEADLINE));
    assertThat(verdict(job(0, 3), listed).stopped(StopReason.DEADLINE, 0))
        .isEqualTo(
            new Outcome.Failed(
                new JobError(ErrorKind.DEADLINE, "the job did not end before its deadline", 1)));
  }

  @Test
  void stopped_byCancel_isCancelled() {
    assertThat(verdict(job(0, 3), POLICY).stopped(StopReason.CANCEL, 0))
        .isEqualTo(new Outcome.Cancelled());
  }

  @Test
  void stopped_byDrain_isHandedBack() {
    assertThat(verdict(job(2, 3), POLICY).stopped(StopReason.DRAIN, 0))
        .isEqualTo(new Outcome.HandedBack(Duration.ZERO, "the worker is stopping"));
  }

  private static Verdict verdict(ClaimedJob job, RetryPolicy policy) {
    return new Verdict(job, policy, 0, NOW, 0.5);
  }

  private static JobFailedException retryAfter(Duration delay) {
    return JobFailedException.retryAfter(ErrorKind.HANDLER, "m", delay);
  }

  private static Duration delay(Outcome outcome) {
    return ((Outcome.Retried) outcome).delay();
  }

  private static RetryPolicy policy(@Nullable Duration budget, @Nullable Set<ErrorKind> kinds) {
    return new RetryPolicy(
        3, Duration.ofSeconds(10), 2.0, Duration.ofMinutes(1), Jitter.FULL, budget, kinds);
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
