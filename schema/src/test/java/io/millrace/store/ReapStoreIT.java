package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.RunLimit.Scope;
import io.millrace.model.WorkerDeath;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a job whose worker is gone: every branch of the reaper's decision. */
class ReapStoreIT {
  private final WorkerDeaths deaths = new WorkerDeaths();

  @AfterEach
  void invariantsHold() {
    deaths.assertInvariants();
  }

  @ParameterizedTest
  @CsvSource({
    "RETRY, READY, , 0",
    "FAIL, FAILED, LEASE_LOST, 1",
    "ASK, WAITING, , 0",
  })
  void reap_deadWorker_doesWhatTheTypeChose(
      WorkerDeath choice, JobState state, ErrorKind kind, int failures) throws SQLException {
    deaths.announce("chosen", choice);
    NewJob job = deaths.insert("chosen", 3);
    deaths.claim(job);
    deaths.killAll();
    ReapStore.Reaped reaped = deaths.reap();
    JobView view = deaths.view(job);
    assertThat(view.state()).isEqualTo(state);
    assertThat(view.failures()).isEqualTo(failures);
    assertThat(view.details().crashes()).isEqualTo(1);
    assertThat(view.error()).extracting(JobError::kind).isEqualTo(ErrorKind.LEASE_LOST);
    assertThat(reaped.readied()).isEqualTo(state == JobState.READY ? 1 : 0);
    assertThat(reaped.failed()).isEqualTo(kind == null ? 0 : 1);
    assertThat(reaped.parked()).isEqualTo(state == JobState.WAITING ? 1 : 0);
    assertThat(reaped.condemned()).isZero();
  }

  @Test
  void reap_askedAndForgotten_isNeverRunAgainByItself() throws SQLException {
    deaths.announce("asked", WorkerDeath.ASK);
    NewJob job = deaths.insert("asked", 3);
    deaths.claim(job);
    deaths.killAll();
    deaths.reap();
    assertThat(deaths.claim(deaths.open(), List.of(job))).isEmpty();
    assertThat(deaths.reap().claims()).isZero();
    assertThat(deaths.view(job).state()).isEqualTo(JobState.WAITING);
  }

  @Test
  void reap_cancelRequested_becomesCancelledNotRunAgain() throws SQLException {
    NewJob job = deaths.insert("echo", 3);
    deaths.claim(job);
    new CancelStore(deaths.database)
        .cancel(WorkerDeaths.TENANT, job.id(), "not needed", WorkerDeaths.GRACE);
    assertThat(deaths.view(job).state()).isEqualTo(JobState.RUNNING);
    deaths.killAll();
    deaths.reap();
    assertThat(deaths.view(job).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void reap_deadlinePassed_failsWithDeadline() throws SQLException {
    NewJob job = deaths.job("echo", 3, deadline(Instant.now().plus(Duration.ofMinutes(1))));
    deaths.insert(List.of(job));
    deaths.claim(job);
    deaths
        .database
        .dsl()
        .execute(
            "WITH j AS (UPDATE job SET deadline = now() - interval '1 s')"
                + " UPDATE job_timer SET run_at = now() - interval '1 s'");
    deaths.killAll();
    deaths.reap();
    JobView view = deaths.view(job);
    assertThat(view.state()).isEqualTo(JobState.FAILED);
    assertThat(view.error()).extracting(JobError::kind).isEqualTo(ErrorKind.DEADLINE);
    assertThat(Objects.requireNonNull(view.error()).message())
        .startsWith("the job did not end before its deadline; worker w (session 1) stopped");
  }

  @Test
  void reap_workerLeft_isNoCrash() throws SQLException {
    NewJob job = deaths.insert("echo", 3);
    for (int i = 0; i < 3; i++) {
      ClaimedJob held = deaths.claim(job);
      deaths.workers.leave(held.session());
      assertThat(deaths.reap().readied()).isEqualTo(1);
    }
    assertThat(deaths.view(job).details().crashes()).isZero();
  }

  @Test
  void reap_deathBeforeAndAfterFailures_costsNoAttempt() throws SQLException {
    NewJob job = deaths.insert("echo", 2);
    deaths.claim(job);
    deaths.killAll();
    deaths.reap();
    ClaimedJob second = deaths.claim(job);
    assertThat(second.failures()).isZero();
    assertThat(second.maxAttempts()).isEqualTo(2);
  }

  @Test
  void reap_secondDeath_sendsTheJobToTheLane() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    assertThat(deaths.view(job).state()).isEqualTo(JobState.BLOCKED);
    assertThat(deaths.laneLength()).isEqualTo(1);
    assertThat(deaths.count("SELECT count(*) FROM job_blocked")).isZero();
    assertThat(deaths.claim(deaths.open(), List.of(job))).isEmpty();
  }

  @Test
  void reap_underALimit_waitsForAPlaceAndGivesItsOwnBack() throws SQLException {
    LimitStore limits = new LimitStore(deaths.database);
    NewJob job = deaths.insert("echo", 3);
    deaths.claim(job);
    limits.put(Scope.TYPE, "echo", 1, null);
    assertThat(deaths.count("SELECT count(*) FROM permit")).isEqualTo(1);
    deaths.killAll();
    ReapStore.Reaped reaped = deaths.reap();
    assertThat(reaped.parked()).isEqualTo(1);
    assertThat(reaped.freedPlaces()).isTrue();
    assertThat(deaths.count("SELECT count(*) FROM permit")).isZero();
    assertThat(deaths.count("SELECT count(*) FROM job_blocked")).isEqualTo(1);
  }

  @Test
  void reap_runnerOfTheLaneDied_condemnsItsJob() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    deaths.claimLane(deaths.openLane("lane"));
    deaths.killAll();
    ReapStore.Reaped reaped = deaths.reap();
    assertThat(reaped.condemned()).isEqualTo(1);
    assertCondemned(
        job, "died or fell silent while it ran this job alone; 2 workers had died of it before");
  }

  @Test
  void condemn_knowsHowTheProcessEnded() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    deaths.claimLane(deaths.openLane("lane-1"));
    long other = deaths.open();
    assertThat(deaths.reaper.condemn("another", "exit code 1", WorkerDeaths.GRACE).condemned())
        .isZero();
    ReapStore.Reaped reaped =
        deaths.reaper.condemn("lane-1", "exit code 137 (SIGKILL)", WorkerDeaths.GRACE);
    assertThat(reaped.condemned()).isEqualTo(1);
    assertCondemned(job, "alone: exit code 137 (SIGKILL); 2 workers had died of it before");
    assertThat(deaths.workers.beat(other, 0)).isTrue();
    assertThat(deaths.reaper.condemn("lane-1", "again", WorkerDeaths.GRACE).claims()).isZero();
  }

  @Test
  void condemn_takesBackWhatTheRunnerAloneHeld() throws SQLException {
    NewJob doomed = deaths.poisoned("echo", 3);
    deaths.claimLane(deaths.openLane("lane-1"));
    NewJob bystander = deaths.insert("echo", 3);
    ClaimedJob held = deaths.claim(bystander);
    deaths.workers.leave(held.session());
    deaths.reaper.condemn("lane-1", "exit code 1", WorkerDeaths.GRACE);
    assertThat(deaths.view(doomed).state()).isEqualTo(JobState.FAILED);
    assertThat(deaths.view(bystander).state()).isEqualTo(JobState.RUNNING);
    deaths.reap();
  }

  @Test
  void reap_runnerOfTheLaneLeft_returnsItsJobToTheLane() throws SQLException {
    NewJob job = deaths.poisoned("echo", 3);
    long session = deaths.openLane("lane");
    deaths.claimLane(session);
    deaths.workers.leave(session);
    deaths.reap();
    assertThat(deaths.view(job).state()).isEqualTo(JobState.BLOCKED);
    assertThat(deaths.view(job).details().crashes()).isEqualTo(2);
    assertThat(deaths.laneLength()).isEqualTo(1);
  }

  /** The lease of every worker of a large installation ends at the same moment. */
  @Test
  void reap_twentyThousandLeases_inBoundedBatchesWithoutLongLocks() throws SQLException {
    List<NewJob> all =
        IntStream.range(0, 20_000).mapToObj(i -> deaths.job("echo", 3, JobOptions.NONE)).toList();
    for (int from = 0; from < all.size(); from += 1_000) {
      deaths.insert(all.subList(from, from + 1_000));
    }
    long session = deaths.open();
    for (int from = 0; from < all.size(); from += 128) {
      deaths.claim(session, all.subList(from, Math.min(all.size(), from + 128)));
    }
    NewJob bystander = deaths.insert("echo", 3);
    deaths.killAll();
    ClaimedJob running = deaths.claim(bystander);

    int readied = 0;
    long longestNanos = 0;
    List<Integer> batches = new ArrayList<>();
    ReapStore.Reaped reaped;
    do {
      long begin = System.nanoTime();
      // What Upkeep asks for at once.
      reaped = deaths.reaper.reap(50, WorkerDeaths.GRACE);
      longestNanos = Math.max(longestNanos, System.nanoTime() - begin);
      batches.add(reaped.readied());
      readied += reaped.readied();
      if (batches.size() == 1) {
        // Between two rounds nothing of the herd is locked: others claim and complete.
        assertUnlocked();
        assertThat(deaths.complete(running, new Outcome.Succeeded("1")).recorded()).hasSize(1);
      }
    } while (reaped.claims() == 50);
    assertThat(readied).isEqualTo(20_000);
    assertThat(batches).allMatch(jobs -> jobs <= 50 * 128).hasSizeGreaterThan(3);
    // The statement timeout is 10 s and a lock timeout 2 s; a round must stay far below both.
    assertThat(Duration.ofNanos(longestNanos)).isLessThan(Duration.ofSeconds(5));
    assertThat(deaths.count("SELECT count(*) FROM job WHERE state = 'READY' AND crashes = 1"))
        .isEqualTo(20_000);
    assertThat(deaths.count("SELECT count(*) FROM claim")).isZero();
  }

  private void assertUnlocked() throws SQLException {
    try (Connection connection = deaths.database.connection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT id FROM job ORDER BY id FOR UPDATE NOWAIT");
      connection.rollback();
    }
  }

  private void assertCondemned(NewJob job, String record) {
    JobView view = deaths.view(job);
    assertThat(view.state()).isEqualTo(JobState.FAILED);
    assertThat(view.details().crashes()).isEqualTo(3);
    assertThat(view.error()).extracting(JobError::kind).isEqualTo(ErrorKind.CRASHED);
    assertThat(Objects.requireNonNull(view.error()).message()).endsWith(record);
    assertThat(deaths.count("SELECT count(*) FROM dead_letter WHERE kind = 'CRASHED'"))
        .isEqualTo(1);
  }

  private static JobOptions deadline(Instant at) {
    return new JobOptions(null, null, at, null, null, null, null, null, null, null);
  }
}
