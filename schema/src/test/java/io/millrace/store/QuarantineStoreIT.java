package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.RunLimit.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The quarantine lane: in by two deaths, out one at a time. */
class QuarantineStoreIT {
  private final WorkerDeaths deaths = new WorkerDeaths();

  @AfterEach
  void invariantsHold() {
    deaths.assertInvariants();
  }

  @Test
  void claim_lane_givesTheOldestAndOneAtATime() throws SQLException {
    NewJob first = deaths.poisoned("echo", 3);
    NewJob second = deaths.poisoned("echo", 3);
    long session = deaths.openLane("a");
    ClaimedJob claimed = claim(session);
    assertThat(claimed).isNotNull();
    assertThat(claimed.id()).isEqualTo(first.id());
    assertThat(claimed.attempt()).isEqualTo(3);
    assertThat(deaths.view(first).state()).isEqualTo(JobState.RUNNING);
    assertThat(claim(session)).as("the same session, while it runs one").isNull();
    assertThat(claim(deaths.openLane("b"))).as("another session").isNull();

    deaths.complete(claimed, new Outcome.Succeeded("1"));
    ClaimedJob next = claim(deaths.openLane("b"));
    assertThat(next).isNotNull();
    assertThat(next.id()).isEqualTo(second.id());
  }

  @Test
  void claim_afterARunnerDied_waitsUntilItsJobIsCondemned() throws SQLException {
    deaths.poisoned("echo", 3);
    NewJob second = deaths.poisoned("echo", 3);
    claim(deaths.openLane("a"));
    deaths.killAll();
    long session = deaths.openLane("b");
    assertThat(claim(session)).isNull();
    deaths.reap();
    ClaimedJob next = claim(session);
    assertThat(next).isNotNull();
    assertThat(next.id()).isEqualTo(second.id());
  }

  @Test
  void claim_typesOfAnotherWorker_areLeftToIt() throws SQLException {
    NewJob foreign = deaths.poisoned("echo", 3);
    NewJob own = deaths.poisoned("sleep", 3);
    assertThat(deaths.lane.look(List.of("sleep")).mine()).isEqualTo(1);
    assertThat(deaths.lane.look(List.of("sleep")).length()).isEqualTo(2);
    assertThat(deaths.lane.look(List.of("sleep")).served()).isFalse();
    long session = deaths.openLane("a");
    assertThat(deaths.lane.look(List.of("sleep")).served()).isTrue();
    ClaimedJob claimed =
        deaths.lane.claim(session, deaths.batch(), List.of("sleep"), WorkerDeaths.GRACE).job();
    assertThat(claimed).isNotNull();
    assertThat(claimed.id()).isEqualTo(own.id());
    assertThat(deaths.view(foreign).state()).isEqualTo(JobState.BLOCKED);
  }

  @Test
  void claim_sessionThatIsNoRunnerOrDead_givesNothing() throws SQLException {
    deaths.poisoned("echo", 3);
    assertThat(claim(deaths.open())).isNull();
    long dead = deaths.openLane("a");
    deaths.killAll();
    assertThat(claim(dead)).isNull();
    assertThat(deaths.laneLength()).isEqualTo(1);
  }

  @Test
  void settle_claimOfTheLaneInDoubt_returnsItsJob() throws SQLException {
    deaths.poisoned("echo", 3);
    long session = deaths.openLane("a");
    long batch = deaths.batch();
    ClaimedJob claimed =
        deaths.lane.claim(session, batch, List.of("echo"), WorkerDeaths.GRACE).job();
    assertThat(claimed).isNotNull();
    assertThat(deaths.claims.settle(session, batch)).containsExactly(claimed);
    long never = deaths.batch();
    assertThat(deaths.claims.settle(session, never)).isEmpty();
  }

  @Test
  void handedBack_fromTheLane_returnsToTheLane() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    ClaimedJob claimed = claim(deaths.openLane("a"));
    assertThat(claimed).isNotNull();
    CompletionStore.Recorded recorded =
        deaths.complete(claimed, new Outcome.HandedBack(Duration.ZERO, "stopping"));
    assertThat(recorded.announcement()).as("nobody is told of it").isNull();
    assertThat(deaths.view(job).state()).isEqualTo(JobState.BLOCKED);
    assertThat(deaths.laneLength()).isEqualTo(1);
    assertThat(claim(deaths.openLane("b"))).isNotNull();
  }

  @Test
  void retried_fromTheLane_comesBackToTheLaneWhenItIsDue() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    ClaimedJob claimed = claim(deaths.openLane("a"));
    assertThat(claimed).isNotNull();
    JobError error = new JobError(ErrorKind.HANDLER, "boom", claimed.attempt());
    deaths.complete(claimed, new Outcome.Retried(error, Duration.ZERO));
    assertThat(deaths.view(job).state()).isEqualTo(JobState.SCHEDULED);
    TimerStore.Moved moved = new TimerStore(deaths.database).promote(10, false, WorkerDeaths.GRACE);
    assertThat(moved.jobs()).isEqualTo(1);
    assertThat(moved.announcement()).isNull();
    assertThat(deaths.view(job).state()).isEqualTo(JobState.BLOCKED);
    assertThat(deaths.view(job).failures()).isEqualTo(1);
    assertThat(deaths.laneLength()).isEqualTo(1);
  }

  @Test
  void claimByPointer_jobThatIsReadyAllTheSame_goesToTheLane() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    deaths
        .database
        .dsl()
        .execute(
            """
            WITH gone AS (DELETE FROM job_quarantine), counted AS (
              INSERT INTO queue_delta SELECT pool, priority, job_day(id), s::job_state, n
                FROM job, (VALUES ('BLOCKED', -1), ('READY', 1)) AS v (s, n))
            UPDATE job SET state = 'READY', events = events + 1,
                   history = history_add(history, history_line(events + 1, 'READY', attempt, NULL))""");
    ClaimStore.Claimed claimed =
        deaths.claims.claim(deaths.open(), deaths.batch(), List.of(job.id()), WorkerDeaths.GRACE);
    assertThat(claimed.jobs()).isEmpty();
    assertThat(claimed.bounced()).isEqualTo(1);
    assertThat(deaths.view(job).state()).isEqualTo(JobState.BLOCKED);
    assertThat(deaths.view(job).attempt()).isEqualTo(2);
    assertThat(deaths.laneLength()).isEqualTo(1);
  }

  @Test
  void cancel_jobInTheLane_leavesIt() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    new CancelStore(deaths.database).cancel(WorkerDeaths.TENANT, job.id(), "x", WorkerDeaths.GRACE);
    assertThat(deaths.view(job).state()).isEqualTo(JobState.CANCELLED);
    assertThat(deaths.laneLength()).isZero();
    assertThat(claim(deaths.openLane("a"))).isNull();
  }

  @Test
  void claim_underALimit_takesAPlaceOrWaitsForOne() throws SQLException {
    NewJob other = deaths.insert("echo", 3);
    NewJob free = deaths.insert("sleep", 3);
    NewJob held = deaths.poisoned("echo", 3);
    NewJob unlimited = deaths.poisoned("sleep", 3);
    long worker = deaths.open();
    ClaimedJob running = deaths.claim(worker, List.of(other, free)).getFirst();
    new LimitStore(deaths.database).put(Scope.TYPE, "echo", 1, null);
    long session = deaths.openLane("a");
    ClaimedJob passed = claim(session);
    assertThat(passed).isNotNull();
    assertThat(passed.id()).as("the one before has no place").isEqualTo(unlimited.id());
    deaths.complete(passed, new Outcome.Succeeded("1"));
    assertThat(claim(session)).isNull();

    deaths.completions.complete(
        List.of(
            new io.millrace.model.Completion(
                running.id(), running.session(), running.attempt(), new Outcome.Succeeded("1"))),
        List.of(),
        WorkerDeaths.GRACE);
    ClaimedJob claimed = claim(session);
    assertThat(claimed).isNotNull();
    assertThat(claimed.id()).isEqualTo(held.id());
    assertThat(deaths.count("SELECT count(*) FROM permit WHERE kind = 'RUN'")).isEqualTo(1);
    deaths.complete(claimed, new Outcome.Succeeded("1"));
    assertThat(deaths.count("SELECT count(*) FROM permit")).isZero();
  }

  @Test
  void claim_underARate_countsAsAStart() throws SQLException {
    deaths.poisoned("echo", 3);
    deaths.poisoned("echo", 3);
    new LimitStore(deaths.database)
        .put(Scope.TYPE, "echo", null, new LimitStore.Rate(1, Duration.ofHours(1)));
    long session = deaths.openLane("a");
    ClaimedJob claimed = claim(session);
    assertThat(claimed).isNotNull();
    deaths.complete(claimed, new Outcome.Succeeded("1"));
    assertThat(deaths.count("SELECT count(*) FROM permit WHERE kind = 'RATE'")).isEqualTo(1);
    assertThat(claim(session)).isNull();
  }

  private @Nullable ClaimedJob claim(long session) throws SQLException {
    return deaths.claimLane(session);
  }
}
