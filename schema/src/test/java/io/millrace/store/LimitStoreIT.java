package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.ClaimedJob;
import io.millrace.model.JobState;
import io.millrace.model.Outcome;
import io.millrace.model.RunLimit.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits are exact, whatever happens to the jobs under them. */
class LimitStoreIT {
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  private List<UUID> submit(int jobs) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      ids.add(stores.job().submit());
    }
    return ids;
  }

  private long used(Scope scope, String subject) {
    return stores.limits.all().stream()
        .filter(u -> u.limit().scope() == scope && u.limit().subject().equals(subject))
        .findFirst()
        .orElseThrow()
        .running();
  }

  @Test
  void admit_noMoreThanTheLimitUntilAPlaceIsFree() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 2, null);
    submit(5);
    LimitStore.Admitted first = stores.admit();
    assertThat(first.admitted()).isEqualTo(2);
    assertThat(first.left()).isEqualTo(3);
    assertThat(stores.admit().admitted()).isZero();
    List<UUID> admitted = Stores.pointers(first.announcement());
    CompletionStore.Recorded done = stores.succeed(stores.run(admitted.getFirst()));
    assertThat(done.freedPlaces()).isTrue();
    assertThat(stores.admit().admitted()).isEqualTo(1);
  }

  @Test
  void admit_twoLimitsOnOneJob_needsBoth() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 5, null);
    stores.limits.put(Scope.TENANT, "t", 1, null);
    submit(3);
    UUID foreign = stores.job().tenant("u").submit();
    List<UUID> admitted = Stores.pointers(stores.admit().announcement());
    assertThat(admitted).hasSize(2).contains(foreign);
    assertThat(used(Scope.TYPE, "echo")).isEqualTo(2);
    assertThat(used(Scope.TENANT, "t")).isEqualTo(1);
    stores.limits.delete(Scope.TENANT, "t");
    assertThat(stores.admit().admitted()).isEqualTo(2);
    assertThat(used(Scope.TYPE, "echo")).isEqualTo(4);
  }

  @Test
  void permits_goWithTheirJob_whateverEndsIt() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 100, new LimitStore.Rate(100, Duration.ofHours(1)));
    List<UUID> ids = submit(3);
    ids.add(stores.job().deadline(Instant.now().plusSeconds(600)).submit());
    ids.addAll(submit(5));
    stores.admit();
    stores.cancel(ids.get(0));
    stores.succeed(stores.run(ids.get(1)));
    ClaimedJob failed = stores.run(ids.get(2));
    stores.complete(failed, new Outcome.Failed(Stores.error(failed)));
    ClaimedJob retried = stores.run(ids.get(4));
    stores.complete(retried, new Outcome.Retried(Stores.error(retried), Duration.ofMinutes(1)));
    stores.complete(stores.run(ids.get(5)), new Outcome.HandedBack(Duration.ZERO, "why"));
    ClaimedJob cancelled = stores.run(ids.get(6));
    stores.cancel(cancelled.id());
    stores.complete(cancelled, new Outcome.Cancelled());
    stores.run(ids.get(7));
    stores.reapAll();
    assertThat(stores.state(ids.get(7))).isEqualTo(JobState.BLOCKED);
    assertThat(stores.state(ids.get(5))).isEqualTo(JobState.BLOCKED);
    stores.pass(Duration.ofMinutes(10));
    stores.timers.expire(100, Stores.GRACE);
    assertThat(stores.state(ids.get(3))).isEqualTo(JobState.FAILED);
    // One is left that was admitted and has not started.
    assertThat(used(Scope.TYPE, "echo")).isEqualTo(1);
    assertThat(stores.count("permit WHERE kind = 'RATE' AND free_at IS NULL")).isEqualTo(1);
    assertThat(stores.count("permit WHERE kind = 'RATE' AND free_at IS NOT NULL")).isEqualTo(6);
    stores.pass(Duration.ofHours(1));
    stores.admit();
    assertThat(stores.count("permit WHERE free_at IS NOT NULL")).isZero();
  }

  @Test
  void put_lowered_letsRunWhatRuns() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 3, null);
    List<UUID> ids = submit(4);
    stores.admit();
    List<ClaimedJob> running = stores.claim(stores.worker(), ids.toArray(UUID[]::new)).jobs();
    assertThat(running).hasSize(3);
    stores.limits.put(Scope.TYPE, "echo", 1, null);
    stores.succeed(running.get(0));
    stores.succeed(running.get(1));
    assertThat(stores.admit().admitted()).isZero();
    stores.succeed(running.get(2));
    assertThat(stores.admit().admitted()).isEqualTo(1);
    stores.limits.put(Scope.TYPE, "echo", 0, null);
    submit(1);
    assertThat(stores.admit().admitted()).isZero();
  }

  @Test
  void put_new_countsWhatRunsAndSendsTheRestToWait() throws SQLException {
    List<UUID> ids = submit(4);
    stores.run(ids.get(0));
    stores.run(ids.get(1));
    stores.limits.put(Scope.TENANT, "t", 2, null);
    assertThat(used(Scope.TENANT, "t")).isEqualTo(2);
    ClaimStore.Claimed claimed = stores.claim(stores.worker(), ids.get(2), ids.get(3));
    assertThat(claimed.jobs()).isEmpty();
    assertThat(claimed.bounced()).isEqualTo(2);
    assertThat(stores.state(ids.get(2))).isEqualTo(JobState.BLOCKED);
    assertThat(stores.admit().admitted()).isZero();
  }

  /** Was red: what was admitted under a rate had no place under the new limit. */
  @Test
  void put_overAdmittedJobs_countsThemUnderEveryKind() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", null, new LimitStore.Rate(3, Duration.ofHours(1)));
    submit(5);
    assertThat(stores.admit().admitted()).isEqualTo(3);
    stores.limits.put(Scope.TYPE, "echo", 4, new LimitStore.Rate(9, Duration.ofHours(1)));
    assertThat(used(Scope.TYPE, "echo")).isEqualTo(3);
    assertThat(stores.admit().admitted()).isEqualTo(1);
    stores.limits.put(Scope.TENANT, "t", 4, null);
    assertThat(used(Scope.TENANT, "t")).isEqualTo(4);
  }

  @Test
  void put_rateOverAdmittedJobs_countsTheirStarts() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 3, null);
    List<UUID> ids = submit(5);
    stores.admit();
    stores.limits.put(Scope.TYPE, "echo", 9, new LimitStore.Rate(3, Duration.ofHours(1)));
    assertThat(stores.admit().admitted()).isZero();
    for (UUID id : ids.subList(0, 3)) {
      stores.succeed(stores.run(id));
    }
    assertThat(stores.admit().admitted()).isZero();
    stores.pass(Duration.ofHours(1));
    assertThat(stores.admit().admitted()).isEqualTo(2);
  }

  /** Was red: jobs admitted under the lifted limit passed the new one uncounted. */
  @Test
  void delete_thenPutAgain_asksAdmittedJobsAgain() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 2, null);
    List<UUID> ids = submit(2);
    stores.admit();
    assertThat(stores.limits.delete(Scope.TYPE, "echo")).isTrue();
    assertThat(stores.limits.delete(Scope.TYPE, "echo")).isFalse();
    stores.limits.put(Scope.TYPE, "echo", 1, null);
    assertThat(stores.claim(stores.worker(), ids.toArray(UUID[]::new)).bounced()).isEqualTo(2);
    assertThat(stores.admit().admitted()).isEqualTo(1);
  }

  @Test
  void delete_runningJobsEndAsUsual() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 1, null);
    List<UUID> ids = submit(2);
    stores.admit();
    ClaimedJob running = stores.run(ids.getFirst());
    stores.limits.delete(Scope.TYPE, "echo");
    assertThat(stores.admit().admitted()).isEqualTo(1);
    stores.succeed(running);
    stores.succeed(stores.run(ids.getLast()));
    assertThat(stores.count("permit")).isZero();
  }

  /** Was red: a claim that had read the limits before a new one came started jobs uncounted. */
  @Test
  void put_whileAClaimIsUnderWay_countsItsJobs() throws Exception {
    List<UUID> ids = submit(1);
    long session = stores.worker();
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Connection other = stores.database.connection();
        PreparedStatement lock =
            other.prepareStatement("SELECT FROM job WHERE id = ? FOR UPDATE")) {
      other.setAutoCommit(false);
      lock.setObject(1, ids.getFirst());
      lock.execute();
      Future<ClaimStore.Claimed> claim =
          threads.submit(() -> stores.claims.claim(session, 1, ids, Stores.GRACE));
      await().atMost(Duration.ofSeconds(2)).until(() -> waiting() == 1);
      Future<?> put = threads.submit(() -> stores.limits.put(Scope.TYPE, "echo", 5, null));
      await().atMost(Duration.ofSeconds(2)).until(() -> put.isDone() || waiting() == 2);
      other.rollback();
      assertThat(claim.get(10, TimeUnit.SECONDS).jobs()).hasSize(1);
      put.get(10, TimeUnit.SECONDS);
    }
    assertThat(used(Scope.TYPE, "echo")).isEqualTo(1);
  }

  private long waiting() {
    return stores.count("pg_stat_activity WHERE wait_event_type = 'Lock'");
  }

  @Test
  void rate_startsAreCountedFromTheStartForAnInterval() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", null, new LimitStore.Rate(2, Duration.ofHours(1)));
    List<UUID> ids = submit(5);
    assertThat(stores.admit().admitted()).isEqualTo(2);
    stores.pass(Duration.ofHours(2));
    // Admitted long ago, but not started: their places are still taken.
    assertThat(stores.admit().admitted()).isZero();
    stores.succeed(stores.run(ids.get(0)));
    stores.pass(Duration.ofMinutes(59));
    LimitStore.Admitted full = stores.admit();
    assertThat(full.admitted()).isZero();
    assertThat(full.nextFreeMillis()).isBetween(50_000L, 60_000L);
    stores.pass(Duration.ofMinutes(1));
    assertThat(stores.admit().admitted()).isEqualTo(1);
  }

  @Test
  void limits_underConcurrency_areNeverExceeded() throws Exception {
    stores.limits.put(Scope.TYPE, "echo", 3, new LimitStore.Rate(5, Duration.ofMillis(250)));
    stores.limits.put(Scope.TENANT, "u", 1, null);
    LimitPressure pressure = new LimitPressure(stores);
    pressure.run(Duration.ofSeconds(4));
    assertThat(pressure.failures()).isEmpty();
    assertThat(pressure.mostRunning()).isBetween(1, 3);
    assertThat(pressure.mostRunningOfU()).isLessThanOrEqualTo(1);
    assertThat(stores.count("job WHERE attempt > 0")).isGreaterThan(20);
    // Of any six starts in a row the first and the last are an interval apart.
    assertThat(
            stores
                .database
                .dsl()
                .fetch(
                    """
                    SELECT started_at, before FROM (
                      SELECT started_at, lag(started_at, 5) OVER (ORDER BY started_at) AS before
                        FROM job WHERE attempt > 0) AS s
                     WHERE started_at - before < interval '250 milliseconds'"""))
        .isEmpty();
    assertThat(stores.count("permit WHERE kind = 'RUN'"))
        .isEqualTo(
            stores.count("job WHERE limited") + stores.count("job WHERE limited AND tenant = 'u'"));
  }
}
