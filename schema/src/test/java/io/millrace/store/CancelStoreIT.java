package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.ClaimedJob;
import io.millrace.model.JobEvent;
import io.millrace.model.JobState;
import io.millrace.model.Outcome;
import io.millrace.model.RunLimit.Scope;
import io.millrace.model.WorkerDeath;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancelling in every state. */
class CancelStoreIT {
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  @Test
  void cancel_whatDoesNotRun_isCancelledAtOnce() throws SQLException {
    UUID ready = stores.job().submit();
    UUID scheduled = stores.job().delay(Duration.ofHours(1)).submit();
    UUID parked = parked();
    stores.limits.put(Scope.TYPE, "limited", 1, null);
    UUID blocked = stores.job().type("limited").submit();
    UUID admitted = stores.job().type("limited").submit();
    stores.admit();
    for (UUID id : List.of(ready, scheduled, parked, blocked, admitted)) {
      assertThat(stores.cancel(id).cancelled()).isEqualTo(1);
      assertThat(stores.state(id)).isEqualTo(JobState.CANCELLED);
      assertThat(stores.view(id).details().cancelReason()).isEqualTo("because");
      assertThat(stores.kinds(id)).endsWith("CANCELLED");
    }
    assertThat(stores.count("permit")).isZero();
    assertThat(stores.count("job_blocked")).isZero();
  }

  private UUID parked() throws SQLException {
    stores.announceType("ask", WorkerDeath.ASK);
    UUID parked = stores.job().type("ask").submit();
    stores.run(parked);
    stores.reapAll();
    assertThat(stores.state(parked)).isEqualTo(JobState.WAITING);
    return parked;
  }

  @Test
  void cancel_quarantinedJob_leavesTheLane() throws SQLException {
    UUID job = stores.job().submit();
    stores.run(job);
    stores.reapAll();
    stores.run(job);
    stores.reapAll();
    assertThat(stores.count("job_quarantine")).isEqualTo(1);
    assertThat(stores.cancel(job).cancelled()).isEqualTo(1);
    assertThat(stores.count("job_quarantine")).isZero();
  }

  @Test
  void cancel_running_asksItsWorkerOnce() throws SQLException {
    UUID job = stores.job().submit();
    ClaimedJob claimed = stores.run(job);
    assertThat(stores.cancel(job).cancelled()).isZero();
    assertThat(stores.cancel(job).cancelled()).isZero();
    assertThat(stores.state(job)).isEqualTo(JobState.RUNNING);
    assertThat(stores.cancels.signals(claimed.session()))
        .containsExactly(new CancelStore.Signal(job, CancelStore.Kind.CANCEL));
    assertThat(stores.kinds(job)).containsExactly("READY", "RUNNING", "CANCEL_REQUESTED");
    assertThat(stores.cancels.forgetSignals()).isZero();
    stores.complete(claimed, new Outcome.Cancelled());
    assertThat(stores.state(job)).isEqualTo(JobState.CANCELLED);
    assertThat(stores.cancels.forgetSignals()).isEqualTo(1);
  }

  @Test
  void cancel_running_whoseAttemptIsRetried_endsIt() throws SQLException {
    UUID job = stores.job().submit();
    ClaimedJob claimed = stores.run(job);
    stores.cancel(job);
    stores.complete(claimed, new Outcome.Retried(Stores.error(claimed), Duration.ofHours(1)));
    assertThat(stores.state(job)).isEqualTo(JobState.CANCELLED);
    assertThat(stores.count("job_timer")).isZero();
  }

  @Test
  void cancel_running_thatSucceedsFirst_staysSucceeded() throws SQLException {
    UUID job = stores.job().submit();
    ClaimedJob claimed = stores.run(job);
    stores.cancel(job);
    stores.succeed(claimed);
    assertThat(stores.state(job)).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void cancel_running_whoseWorkerDies_endsIt() throws SQLException {
    UUID job = stores.job().submit();
    stores.run(job);
    stores.cancel(job);
    stores.reapAll();
    assertThat(stores.state(job)).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void cancel_finalUnknownOrForeign_changesNothing() throws SQLException {
    UUID done = stores.job().submit();
    stores.succeed(stores.run(done));
    UUID foreign = stores.job().tenant("u").submit();
    for (UUID id : List.of(done, foreign, stores.ids.next())) {
      CancelStore.Cancelled cancelled = stores.cancel(id);
      assertThat(cancelled.cancelled()).isZero();
      assertThat(cancelled.announcement()).isNull();
    }
    assertThat(stores.state(done)).isEqualTo(JobState.SUCCEEDED);
    assertThat(stores.state(foreign)).isEqualTo(JobState.READY);
  }

  @Test
  void cancel_tree_takesDescendantsAlongAlsoBelowAFinalOne() throws SQLException {
    UUID root = stores.job().submit();
    UUID child = stores.job().parent(root).submit();
    UUID grandchild = stores.job().parent(child).submit();
    UUID running = stores.job().parent(root).submit();
    UUID other = stores.job().submit();
    stores.succeed(stores.run(child));
    ClaimedJob claimed = stores.run(running);
    assertThat(stores.cancel(root).cancelled()).isEqualTo(2);
    assertThat(stores.state(grandchild)).isEqualTo(JobState.CANCELLED);
    assertThat(stores.state(other)).isEqualTo(JobState.READY);
    assertThat(stores.cancels.signals(claimed.session())).hasSize(1);
  }

  /** Was red: the request to a running job was numbered but never published. */
  @Test
  void cancel_running_publishesTheRequest() throws SQLException {
    try (Database publishing = TestDatabase.publishing()) {
      Stores loud = new Stores(publishing);
      UUID job = loud.job().submit();
      loud.run(job);
      CancelStore.Cancelled cancelled = loud.cancel(job);
      assertThat(cancelled.announcement()).isNotNull();
      assertThat(cancelled.announcement().events())
          .extracting(JobEvent::kind, JobEvent::n)
          .containsExactly(org.assertj.core.groups.Tuple.tuple("CANCEL_REQUESTED", 3));
      assertThat(cancelled.announcement().jobs()).isEmpty();
    }
  }

  /** Was red: the place was taken after the cancelling had begun, and stayed taken for ever. */
  @Test
  void cancel_whileTheJobIsAdmitted_leavesNoPermit() throws Exception {
    stores.limits.put(Scope.TYPE, "limited", 5, null);
    UUID job = stores.job().type("limited").submit();
    UUID other = stores.job().type("limited").submit();
    cancelWhile(job, other, () -> assertThat(stores.admit().admitted()).isEqualTo(2));
    assertThat(stores.state(job)).isEqualTo(JobState.CANCELLED);
    assertThat(stores.count("permit")).isEqualTo(1);
  }

  /** Was red: it went to wait for a place after the cancelling had begun, and waited for ever. */
  @Test
  void cancel_whileTheJobIsSentToWait_takesItOut() throws Exception {
    UUID job = stores.job().type("limited").submit();
    UUID other = stores.job().type("limited").submit();
    stores.limits.put(Scope.TYPE, "limited", 5, null);
    long session = stores.worker();
    cancelWhile(
        job, other, () -> assertThat(stores.claim(session, job, other).bounced()).isEqualTo(2));
    assertThat(stores.state(job)).isEqualTo(JobState.CANCELLED);
    assertThat(stores.count("job_blocked")).isEqualTo(1);
  }

  private interface Move {
    void run() throws SQLException;
  }

  /** Cancels a job while a statement has locked it and waits for another before it writes. */
  private void cancelWhile(UUID job, UUID other, Move move) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Connection elsewhere = stores.database.connection();
        PreparedStatement lock =
            elsewhere.prepareStatement("SELECT FROM job WHERE id = ? FOR UPDATE")) {
      elsewhere.setAutoCommit(false);
      lock.setObject(1, other);
      lock.execute();
      Future<Void> moving =
          threads.submit(
              () -> {
                move.run();
                return null;
              });
      await().atMost(Duration.ofSeconds(2)).until(() -> waiting() == 1);
      Future<CancelStore.Cancelled> cancelling = threads.submit(() -> stores.cancel(job));
      await().atMost(Duration.ofSeconds(2)).until(() -> waiting() == 2);
      elsewhere.rollback();
      moving.get(10, TimeUnit.SECONDS);
      assertThat(cancelling.get(10, TimeUnit.SECONDS).cancelled()).isEqualTo(1);
    }
  }

  private long waiting() {
    return stores.count("pg_stat_activity WHERE wait_event_type = 'Lock'");
  }

  @Test
  void cancel_whileClaimedAndCompletedElsewhere_endsEveryJobOnce() throws Exception {
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      jobs.add(stores.job().submit());
    }
    long session = stores.worker();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Callable<Void> claiming =
          () -> {
            for (int i = 0; i < jobs.size(); i += 5) {
              ClaimStore.Claimed claimed =
                  stores.claims.claim(session, i + 1, jobs.subList(i, i + 5), Stores.GRACE);
              for (ClaimedJob job : claimed.jobs()) {
                stores.succeed(job);
              }
            }
            return null;
          };
      Callable<Void> cancelling =
          () -> {
            for (UUID job : jobs) {
              stores.cancel(job);
            }
            return null;
          };
      for (Future<Void> future : threads.invokeAll(List.of(claiming, cancelling, cancelling))) {
        future.get(30, TimeUnit.SECONDS);
      }
    }
    for (UUID job : jobs) {
      assertThat(stores.state(job)).isIn(JobState.SUCCEEDED, JobState.CANCELLED);
      assertThat(
              stores.events.after("t", job, 0, 100).stream().filter(JobEvent::isTerminal).count())
          .isEqualTo(1);
    }
  }
}
