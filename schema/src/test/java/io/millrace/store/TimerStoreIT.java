package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobState;
import io.millrace.model.Outcome;
import io.millrace.model.RunLimit.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timers that have come due. */
class TimerStoreIT {
  private static final Duration HOUR = Duration.ofHours(1);
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  private Instant in(Duration time) {
    return Instant.now().plus(time);
  }

  @Test
  void promote_dueJobs_becomeReadyTheLongestDueFirst() throws SQLException {
    UUID late = stores.job().delay(HOUR).submit();
    UUID early = stores.job().delay(HOUR.dividedBy(2)).submit();
    assertThat(stores.timers.promote(10, false, Stores.GRACE).jobs()).isZero();
    stores.pass(HOUR);
    assertThat(stores.timers.promote(1, false, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.state(early)).isEqualTo(JobState.READY);
    assertThat(stores.state(late)).isEqualTo(JobState.SCHEDULED);
    assertThat(Stores.pointers(stores.timers.promote(1, false, Stores.GRACE).announcement()))
        .containsExactly(late);
    assertThat(stores.count("job_timer")).isZero();
  }

  @Test
  void promote_heldBack_goToTheBacklog() throws SQLException {
    stores.job().delay(HOUR).submit();
    stores.pass(HOUR);
    TimerStore.Moved moved = stores.timers.promote(10, true, Stores.GRACE);
    assertThat(moved.jobs()).isEqualTo(1);
    assertThat(moved.announcement()).isNull();
    assertThat(stores.count("backlog")).isEqualTo(1);
  }

  @Test
  void promote_underALimit_areBlocked() throws SQLException {
    UUID job = stores.job().delay(HOUR).submit();
    stores.limits.put(Scope.TENANT, "t", 1, null);
    stores.pass(HOUR);
    assertThat(stores.timers.promote(10, false, Stores.GRACE).places()).isTrue();
    assertThat(stores.state(job)).isEqualTo(JobState.BLOCKED);
  }

  @Test
  void promote_timerOfATimeThatIsNoLongerTheJobs_movesNothing() throws SQLException {
    UUID job = stores.job().delay(HOUR).submit();
    stores.pass(HOUR);
    stores.timers.promote(10, false, Stores.GRACE);
    ClaimedJob claimed = stores.run(job);
    stores.complete(claimed, new Outcome.Retried(Stores.error(claimed), HOUR));
    stores
        .database
        .dsl()
        .execute("INSERT INTO job_timer (run_at, job_id, kind) VALUES (now(), ?, 'RUN')", job);
    assertThat(stores.timers.promote(10, false, Stores.GRACE).jobs()).isZero();
    assertThat(stores.state(job)).isEqualTo(JobState.SCHEDULED);
    stores.pass(HOUR);
    assertThat(stores.timers.promote(10, false, Stores.GRACE).jobs()).isEqualTo(1);
  }

  @Test
  void promote_cancelledJob_staysCancelled() throws SQLException {
    UUID job = stores.job().delay(HOUR).submit();
    stores.cancel(job);
    stores.pass(HOUR);
    assertThat(stores.timers.promote(10, false, Stores.GRACE).jobs()).isZero();
    assertThat(stores.state(job)).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void expire_deadlinePassed_failsWhatDoesNotRun() throws SQLException {
    UUID ready = stores.job().deadline(in(HOUR)).submit();
    UUID scheduled = stores.job().deadline(in(HOUR)).delay(HOUR.multipliedBy(2)).submit();
    stores.limits.put(Scope.TYPE, "limited", 1, null);
    UUID blocked = stores.job().type("limited").deadline(in(HOUR)).submit();
    UUID done = stores.job().deadline(in(HOUR)).submit();
    stores.succeed(stores.run(done));
    stores.pass(HOUR);
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(3);
    for (UUID id : new UUID[] {ready, scheduled, blocked}) {
      assertThat(stores.view(id).state()).isEqualTo(JobState.FAILED);
      assertThat(stores.failure(id)).isEqualTo(ErrorKind.DEADLINE);
    }
    assertThat(stores.state(done)).isEqualTo(JobState.SUCCEEDED);
    assertThat(stores.count("dead_letter")).isEqualTo(3);
  }

  @Test
  void expire_deadlineOfARunningJob_tellsItsWorker() throws SQLException {
    UUID job = stores.job().deadline(in(HOUR)).submit();
    ClaimedJob claimed = stores.run(job);
    stores.pass(HOUR);
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isZero();
    assertThat(stores.cancels.signals(claimed.session()))
        .containsExactly(new CancelStore.Signal(job, CancelStore.Kind.DEADLINE));
    assertThat(stores.state(job)).isEqualTo(JobState.RUNNING);
  }

  /** Was red: the deadline's timer went while the job ran, and nothing ended it afterwards. */
  @Test
  void expire_runningJobComesBackAfterItsDeadline_failsIt() throws SQLException {
    UUID job = stores.job().deadline(in(HOUR)).submit();
    ClaimedJob claimed = stores.run(job);
    stores.pass(HOUR);
    stores.timers.expire(10, Stores.GRACE);
    stores.complete(claimed, new Outcome.Retried(Stores.error(claimed), HOUR));
    stores.assertSound();
    stores.pass(Duration.ofSeconds(5));
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.state(job)).isEqualTo(JobState.FAILED);
  }

  @Test
  void expire_queueTimeout_countsFromWhenItMayStart() throws SQLException {
    UUID atOnce = stores.job().queueTimeout(HOUR).submit();
    UUID later = stores.job().delay(HOUR).queueTimeout(HOUR).submit();
    UUID started = stores.job().queueTimeout(HOUR).submit();
    stores.complete(stores.run(started), new Outcome.HandedBack(Duration.ZERO, "why"));
    stores.pass(HOUR);
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.failure(atOnce)).isEqualTo(ErrorKind.QUEUE_TIMEOUT);
    assertThat(stores.state(started)).isEqualTo(JobState.READY);
    assertThat(stores.state(later)).isEqualTo(JobState.SCHEDULED);
    stores.timers.promote(10, false, Stores.GRACE);
    stores.pass(HOUR);
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.state(later)).isEqualTo(JobState.FAILED);
  }

  /** Was red: the timer was dropped because the job was still SCHEDULED. */
  @Test
  void expire_queueTimeoutBeforeThePromotion_stillHolds() throws SQLException {
    UUID job = stores.job().delay(HOUR).queueTimeout(Duration.ofMillis(1)).submit();
    stores.pass(HOUR.plusSeconds(1));
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.state(job)).isEqualTo(JobState.FAILED);
    assertThat(stores.timers.promote(10, false, Stores.GRACE).jobs()).isZero();
  }

  /** Was red: timers of its first life ended the second one. */
  @Test
  void expire_timersOfBeforeARetry_moveNothing() throws SQLException {
    UUID queued = stores.job().deadline(in(HOUR)).queueTimeout(HOUR.multipliedBy(3)).submit();
    stores.pass(HOUR);
    stores.timers.expire(10, Stores.GRACE);
    stores.pass(HOUR);
    UUID due = stores.job().deadline(in(HOUR)).submit();
    ClaimedJob claimed = stores.run(due);
    stores.complete(claimed, new Outcome.Failed(Stores.error(claimed)));
    stores.pass(HOUR);
    stores.retries.retry("t", List.of(queued, due), null, "again", Stores.GRACE);
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isZero();
    stores.pass(HOUR.multipliedBy(3));
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.failure(queued)).isEqualTo(ErrorKind.QUEUE_TIMEOUT);
    assertThat(stores.state(due)).isEqualTo(JobState.READY);
  }

  /** Was red: the timer of a deadline that a retry had lifted hid the queue timeout's. */
  @Test
  void expire_deadlineLiftedByARetry_stillEndsAtTheQueueTimeout() throws SQLException {
    UUID id = stores.job().deadline(in(HOUR.multipliedBy(2))).queueTimeout(HOUR).submit();
    stores.pass(HOUR);
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    stores.pass(HOUR.multipliedBy(2));
    stores.retries.retry("t", List.of(id), null, "again", Stores.GRACE);
    stores.pass(HOUR);
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.failure(id)).isEqualTo(ErrorKind.QUEUE_TIMEOUT);
    assertThat(stores.state(id)).isEqualTo(JobState.FAILED);
  }

  @Test
  void expire_bothTimersDue_failsOnceByTheDeadline() throws SQLException {
    UUID job = stores.job().deadline(in(HOUR)).queueTimeout(HOUR).submit();
    stores.pass(HOUR.plusSeconds(1));
    assertThat(stores.timers.expire(10, Stores.GRACE).jobs()).isEqualTo(1);
    assertThat(stores.failure(job)).isEqualTo(ErrorKind.DEADLINE);
    assertThat(stores.count("job_timer")).isZero();
  }
}
