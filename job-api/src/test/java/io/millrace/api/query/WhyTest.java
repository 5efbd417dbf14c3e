package io.millrace.api.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.query.WhyAnswer.Code;
import io.millrace.api.query.WhyAnswer.Position;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobDetails;
import io.millrace.model.JobError;
import io.millrace.model.JobFacts;
import io.millrace.model.JobFacts.Hold;
import io.millrace.model.JobFacts.Queue;
import io.millrace.model.JobFacts.Runner;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.Priority;
import io.millrace.model.RunLimit;
import io.millrace.model.RunLimit.Scope;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of a job in each situation. */
class WhyTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final UUID ID = new UUID(7, 7);
  private static final JobError BOOM = new JobError(ErrorKind.HANDLER, "boom", 2);

  /** A situation and what is to be said of it. */
  record Row(JobView job, JobFacts facts, OptionalDouble rate, Code code, String sentence) {
    @Override
    public String toString() {
      return code.name();
    }
  }

  static Stream<Row> table() {
    return Stream.of(
        ready(
            queue(41, 0, null, 2, 0, 100L, false, null),
            10,
            Code.QUEUED,
            "It waits for a worker of the pool default: at most 40 jobs before it;"
                + " it should start within 4.0 s."),
        ready(
            queue(1, 0, null, 1, 0, 100L, false, null),
            0,
            Code.QUEUED,
            "It waits for a worker of the pool default: no job before it."),
        ready(
            queue(100, 60, 5L, 2, 0, 100L, false, null),
            0,
            Code.IN_BACKLOG,
            "It waits for its tenant's turn in the backlog of the pool default: 45 to 99 jobs"
                + " before it."),
        ready(
            queue(3, 0, null, 0, 0, null, false, null),
            5,
            Code.NO_WORKER,
            "No live worker serves the pool default."),
        ready(
            queue(3, 0, null, 0, 1, null, false, null),
            5,
            Code.NO_WORKER,
            "No live worker serves the pool default; 1 worker is stopping."),
        ready(
            queue(3, 0, null, 2, 0, 40_000L, false, null),
            5,
            Code.WORKERS_SILENT,
            "No worker of the pool default has been heard of for 40.0 s."),
        ready(
            queue(3, 0, null, 2, 0, 100L, false, 70_000L),
            5,
            Code.NOT_ANNOUNCED,
            "Kafka has not taken its announcement yet, overdue for 1 min."),
        ready(
            queue(3, 0, null, 2, 0, 100L, true, null),
            5,
            Code.LIMIT_MADE_SINCE,
            "A limit that was made after it became ready applies to it; a worker will send it to"
                + " wait for a place."),
        blocked(
            4,
            hold(Scope.TYPE, 3, null, 3, 0, null),
            Code.LIMIT_RUNNING,
            "All places of the type mail are taken: 3 of 3."),
        blocked(
            4,
            hold(Scope.TENANT, 0, null, 0, 0, null),
            Code.LIMIT_ZERO,
            "Nothing of the tenant acme may run: its limit is 0."),
        blocked(
            4,
            hold(Scope.TYPE, null, 10, 0, 10, 2_500L),
            Code.LIMIT_RATE,
            "All 10 starts of the type mail in 5.0 s are used up; the next may start in 2.5 s."),
        blocked(
            0,
            hold(Scope.TYPE, 3, null, 2, 0, null),
            Code.LIMIT_TURN,
            "A place under its limits is free; it is about to have its turn."),
        row(
            job(JobState.BLOCKED, 0, null, NONE),
            new JobFacts(null, null, 0, List.of(), null),
            Code.LIMIT_TURN,
            "No limit applies to it any more; it is about to become ready."),
        row(
            job(JobState.BLOCKED, 2, null, crashed(2)),
            new JobFacts(null, 1, null, List.of(), null),
            Code.QUARANTINE,
            "2 workers died while they ran it, so it waits to be run alone: 1 job before it."),
        row(
            job(JobState.BLOCKED, 0, null, NONE),
            JobFacts.NONE,
            Code.BLOCKED,
            "It waits for something that is about to change."),
        row(
            job(JobState.SCHEDULED, 0, null, runAt(90)),
            JobFacts.NONE,
            Code.START_TIME,
            "It is to start at 2026-01-31T12:01:30Z, in 1 min."),
        row(
            job(JobState.SCHEDULED, 2, BOOM, runAt(3)),
            JobFacts.NONE,
            Code.RETRY_DELAY,
            "Attempt 2 failed (HANDLER, boom); the next starts at 2026-01-31T12:00:03Z, in 3.0 s."
                + " Failures so far: 1 of 3."),
        row(
            job(JobState.SCHEDULED, 3, BOOM, runAt(3)),
            JobFacts.NONE,
            Code.HANDED_BACK,
            "Its latest attempt was put off without counting; it goes on at"
                + " 2026-01-31T12:00:03Z, in 3.0 s."),
        running(
            new Runner("w", 4, "LIVE", 900),
            NONE,
            Code.RUNNING,
            "Attempt 1 runs on worker w (session 4) for 30.0 s."),
        running(
            new Runner("w", 4, "LIVE", 20_000),
            NONE,
            Code.WORKER_SILENT,
            "It runs on worker w (session 4), which has not beaten for 20.0 s."),
        running(
            new Runner("w", 4, "DEAD", 20_000),
            NONE,
            Code.WORKER_DEAD,
            "Its worker w (session 4) is gone; the job is about to be taken back."),
        running(
            new Runner("w", 4, "LIVE", 900),
            cancelled("too late"),
            Code.CANCEL_REQUESTED,
            "It was to be cancelled 1.0 s ago (too late); worker w (session 4) has yet to stop"
                + " it."),
        row(
            job(JobState.WAITING, 1, new JobError(ErrorKind.LEASE_LOST, "worker w died", 1), NONE),
            JobFacts.NONE,
            Code.OPERATOR_MUST_DECIDE,
            "Whether it was done is not known (worker w died), and its type must not be repeated"
                + " blindly; an operator must decide: POST /v1/jobs/"
                + ID
                + "/resolve."),
        row(
            job(JobState.WAITING, 0, null, NONE),
            JobFacts.NONE,
            Code.WAITING,
            "It waits for a signal."),
        row(
            job(JobState.SUCCEEDED, 2, BOOM, NONE),
            JobFacts.NONE,
            Code.SUCCEEDED,
            "It succeeded in attempt 2."),
        row(
            job(JobState.FAILED, 2, BOOM, NONE),
            JobFacts.NONE,
            Code.FAILED,
            "It failed: HANDLER, boom."),
        row(
            job(JobState.CANCELLED, 0, null, cancelled("by hand")),
            JobFacts.NONE,
            Code.CANCELLED,
            "It was cancelled (by hand)."),
        row(
            job(JobState.SKIPPED, 0, null, NONE),
            JobFacts.NONE,
            Code.SKIPPED,
            "A condition of its workflow said no."));
  }

  @ParameterizedTest
  @MethodSource("table")
  void of_situation_hasItsCodeAndSentence(Row row) {
    WhyAnswer answer = Why.of(row.job(), row.facts(), row.rate());
    assertThat(answer.code()).isEqualTo(row.code());
    assertThat(answer.sentence()).isEqualTo(row.sentence());
  }

  @Test
  void table_namesEveryCode() {
    assertThat(table().map(Row::code)).contains(Code.values());
  }

  @Test
  void ready_withRate_hasBoundsAndEstimate() {
    JobFacts facts = facts(queue(100, 60, 5L, 2, 0, 100L, false, null));
    WhyAnswer answer = Why.of(job(JobState.READY, 0, null, NONE), facts, OptionalDouble.of(10));
    assertThat(answer.position()).isEqualTo(new Position(45, 99));
    assertThat(answer.startsAt()).isEqualTo(NOW.plusMillis(9_900));
  }

  @Test
  void ready_rateUnknown_hasNoEstimate() {
    JobFacts facts = facts(queue(100, 0, null, 2, 0, 100L, false, null));
    WhyAnswer answer = Why.of(job(JobState.READY, 0, null, NONE), facts, OptionalDouble.empty());
    assertThat(answer.startsAt()).isNull();
    assertThat(answer.position()).isEqualTo(new Position(0, 99));
  }

  @Test
  void blocked_byTheSecondOfTwoLimits_namesItFirst() {
    Hold free = hold(Scope.TENANT, 5, null, 1, 0, null);
    Hold full = hold(Scope.TYPE, 1, null, 1, 0, null);
    WhyAnswer answer =
        Why.of(
            job(JobState.BLOCKED, 0, null, NONE),
            new JobFacts(null, null, 3, List.of(free, full), null),
            OptionalDouble.empty());
    assertThat(answer.code()).isEqualTo(Code.LIMIT_RUNNING);
    assertThat(answer.limits()).containsExactly(full, free);
    assertThat(answer.position()).isEqualTo(new Position(3, 3));
  }

  @Test
  void blocked_byRate_saysWhenTheNextStartIsAllowed() {
    WhyAnswer answer =
        Why.of(
            job(JobState.BLOCKED, 0, null, NONE),
            new JobFacts(null, null, 3, List.of(hold(Scope.TYPE, null, 10, 0, 10, 2_500L)), null),
            OptionalDouble.empty());
    assertThat(answer.nextAt()).isEqualTo(NOW.plusMillis(2_500));
  }

  private static final JobDetails NONE = JobDetails.NONE;

  private static Row row(JobView job, JobFacts facts, Code code, String sentence) {
    return new Row(job, facts, OptionalDouble.empty(), code, sentence);
  }

  private static Row ready(Queue queue, double rate, Code code, String sentence) {
    return new Row(
        job(JobState.READY, 0, null, NONE),
        facts(queue),
        rate == 0 ? OptionalDouble.empty() : OptionalDouble.of(rate),
        code,
        sentence);
  }

  private static Row blocked(int before, Hold hold, Code code, String sentence) {
    return row(
        job(JobState.BLOCKED, 0, null, NONE),
        new JobFacts(null, null, before, List.of(hold), null),
        code,
        sentence);
  }

  private static Row running(Runner runner, JobDetails details, Code code, String sentence) {
    return row(
        job(JobState.RUNNING, 1, null, details),
        new JobFacts(null, null, null, List.of(), runner),
        code,
        sentence);
  }

  private static JobFacts facts(Queue queue) {
    return new JobFacts(queue, null, null, List.of(), null);
  }

  private static Queue queue(
      long ready,
      long held,
      @Nullable Long place,
      int workers,
      int draining,
      @Nullable Long silent,
      boolean limited,
      @Nullable Long overdue) {
    return new Queue(ready, held, place, workers, draining, 8, silent, limited, overdue);
  }

  private static Hold hold(
      Scope scope,
      @Nullable Integer maxRunning,
      @Nullable Integer starts,
      int running,
      int started,
      @Nullable Long next) {
    return new Hold(
        new RunLimit(
            1,
            scope,
            scope == Scope.TYPE ? "mail" : "acme",
            maxRunning,
            starts,
            starts == null ? null : 5_000L),
        running,
        started,
        next,
        List.of(),
        running);
  }

  private static JobDetails runAt(long seconds) {
    return new JobDetails(1, 0, NOW.plusSeconds(seconds), null, null, null, null, null, null, null);
  }

  private static JobDetails crashed(int crashes) {
    return new JobDetails(1, crashes, null, null, null, null, null, null, null, null);
  }

  private static JobDetails cancelled(String reason) {
    return new JobDetails(1, 0, null, null, null, null, null, NOW.minusSeconds(1), reason, null);
  }

  private static JobView job(
      JobState state, int attempt, @Nullable JobError error, JobDetails details) {
    return new JobView(
        ID,
        "mail",
        state,
        "default",
        Priority.NORMAL,
        attempt,
        error == null ? 0 : 1,
        3,
        NOW.minusSeconds(60),
        attempt == 0 ? null : NOW.minusSeconds(30),
        state.isFinal() ? NOW : null,
        NOW,
        null,
        error,
        null,
        details);
  }
}
