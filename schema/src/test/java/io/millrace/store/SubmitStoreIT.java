package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Accepted;
import io.millrace.model.JobPointer;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.RunLimit.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of submissions. */
class SubmitStoreIT {
  private static final String HASH = "ab".repeat(32);
  private static final String OTHER_HASH = "cd".repeat(32);
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  private Accepted only(Stores.Spec spec) throws SQLException {
    return stores.submit(List.of(spec.build())).answers().getFirst();
  }

  @Test
  void insert_sameKeySameRequest_repeatsTheFirstAnswer() throws SQLException {
    UUID first = stores.job().key("k", HASH).submit();
    stores.succeed(stores.run(first));
    assertThat(only(stores.job().key("k", HASH)))
        .isEqualTo(new Accepted.Repeated(first, JobState.READY));
    assertThat(stores.count("job")).isEqualTo(1);
  }

  @Test
  void insert_sameKeyOtherRequest_isRefused() throws SQLException {
    UUID first = stores.job().key("k", HASH).submit();
    assertThat(only(stores.job().key("k", OTHER_HASH))).isEqualTo(new Accepted.KeyReused(first));
    assertThat(stores.count("job")).isEqualTo(1);
  }

  @Test
  void insert_sameKeyOfAnotherTenant_isAnotherKey() throws SQLException {
    stores.job().key("k", HASH).submit();
    assertThat(only(stores.job().tenant("u").key("k", OTHER_HASH)))
        .isInstanceOf(Accepted.Stored.class);
  }

  @Test
  void insert_expiredKey_isFreeAgain() throws SQLException {
    stores.job().key("k", HASH).submit();
    stores.pass(Duration.ofMillis(Limits.IDEMPOTENCY_KEY_MILLIS));
    NewJob second = stores.job().key("k", OTHER_HASH).build();
    assertThat(stores.submit(List.of(second)).answers())
        .containsExactly(new Accepted.Stored(second.id(), JobState.READY));
    assertThat(only(stores.job().key("k", OTHER_HASH)))
        .isEqualTo(new Accepted.Repeated(second.id(), JobState.READY));
  }

  @Test
  void insert_expiredKeyAndNoParent_namesTheParent() throws SQLException {
    stores.job().key("k", HASH).submit();
    stores.pass(Duration.ofMillis(Limits.IDEMPOTENCY_KEY_MILLIS + 60_000));
    UUID nobody = stores.ids.next();
    assertThat(only(stores.job().key("k", HASH).parent(nobody)))
        .isEqualTo(new Accepted.NoParent(nobody));
  }

  @Test
  void insert_commitInDoubt_answersTheSameAgain() throws SQLException {
    List<NewJob> batch =
        List.of(
            stores.job().key("k", HASH).build(),
            stores.job().delay(Duration.ofHours(1)).build(),
            stores.job().build());
    List<Accepted> first = stores.submit(batch).answers();
    assertThat(first)
        .containsExactly(
            new Accepted.Stored(batch.get(0).id(), JobState.READY),
            new Accepted.Stored(batch.get(1).id(), JobState.SCHEDULED),
            new Accepted.Stored(batch.get(2).id(), JobState.READY));
    SubmitStore.Submitted again = stores.submit(batch);
    assertThat(again.answers()).isEqualTo(first);
    assertThat(again.announcement()).isNull();
    assertThat(stores.outbox.waiting()).isEqualTo(1);
    assertThat(stores.count("job_timer")).isEqualTo(1);
  }

  @Test
  void insert_sameKeyFromManyConnections_storesOneJob() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<CompletableFuture<Accepted>> answers =
          java.util.stream.IntStream.range(0, 24)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            try {
                              return only(stores.job().key("k" + i / 6, HASH));
                            } catch (SQLException e) {
                              throw new IllegalStateException(e);
                            }
                          },
                          threads))
              .toList();
      long stored = 0;
      for (CompletableFuture<Accepted> answer : answers) {
        stored += answer.get(20, TimeUnit.SECONDS) instanceof Accepted.Stored ? 1 : 0;
      }
      assertThat(stored).isEqualTo(4);
      assertThat(stores.count("job")).isEqualTo(4);
    }
  }

  @Test
  void insert_parentUnknownFinalOrForeign_isRefusedAlone() throws SQLException {
    UUID open = stores.job().submit();
    UUID foreign = stores.job().tenant("u").submit();
    UUID done = stores.job().submit();
    stores.succeed(stores.run(done));
    UUID asked = stores.job().submit();
    stores.run(asked);
    stores.cancel(asked);
    UUID unknown = stores.ids.next();
    NewJob child = stores.job().parent(open).build();
    assertThat(
            stores
                .submit(
                    List.of(
                        stores.job().parent(unknown).build(),
                        stores.job().parent(done).build(),
                        stores.job().parent(foreign).build(),
                        stores.job().parent(asked).build(),
                        child))
                .answers())
        .containsExactly(
            new Accepted.NoParent(unknown),
            new Accepted.NoParent(done),
            new Accepted.NoParent(foreign),
            new Accepted.NoParent(asked),
            new Accepted.Stored(child.id(), JobState.READY));
    assertThat(stores.count("job_child")).isEqualTo(1);
  }

  /** Was red: the cancelling did not see the child, and the child did not see the cancelling. */
  @Test
  void insert_parentCancelledMeanwhile_childFollows() throws Exception {
    UUID parent = stores.job().submit();
    NewJob child = stores.job().parent(parent).key("k", HASH).build();
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Connection other = stores.database.connection();
        PreparedStatement taken =
            other.prepareStatement(
                "INSERT INTO idempotency_key VALUES"
                    + " ('t', 'POST /v1/jobs', 'k', '', gen_random_uuid(), 'READY', now())")) {
      // The submission has read its parent and waits for its key while the parent is cancelled.
      other.setAutoCommit(false);
      taken.execute();
      Future<Accepted> submission =
          threads.submit(() -> stores.submit(List.of(child)).answers().getFirst());
      await().atMost(Duration.ofSeconds(2)).until(() -> waiting() == 1);
      Future<CancelStore.Cancelled> cancelling = threads.submit(() -> stores.cancel(parent));
      await().atMost(Duration.ofSeconds(2)).until(() -> cancelling.isDone() || waiting() == 2);
      other.rollback();
      assertThat(submission.get(10, TimeUnit.SECONDS))
          .isEqualTo(new Accepted.Stored(child.id(), JobState.READY));
      assertThat(cancelling.get(10, TimeUnit.SECONDS).cancelled()).isEqualTo(2);
      assertThat(stores.state(child.id())).isEqualTo(JobState.CANCELLED);
    }
  }

  private long waiting() {
    return stores.count("pg_stat_activity WHERE wait_event_type = 'Lock'");
  }

  @Test
  void insert_delayOrFutureTime_isScheduledWithItsTimer() throws SQLException {
    UUID delayed = stores.job().delay(Duration.ofHours(1)).submit();
    UUID later = stores.job().runAt(Instant.now().plus(Duration.ofHours(1))).submit();
    UUID past = stores.job().runAt(Instant.now().minus(Duration.ofHours(1))).submit();
    UUID atOnce = stores.job().delay(Duration.ZERO).submit();
    assertThat(stores.state(delayed)).isEqualTo(JobState.SCHEDULED);
    assertThat(stores.state(later)).isEqualTo(JobState.SCHEDULED);
    assertThat(stores.state(past)).isEqualTo(JobState.READY);
    assertThat(stores.state(atOnce)).isEqualTo(JobState.READY);
    assertThat(stores.count("job_timer")).isEqualTo(2);
  }

  @Test
  void insert_underALimit_isBlockedAndNotAnnounced() throws SQLException {
    stores.limits.put(Scope.TYPE, "echo", 1, null);
    NewJob limited = stores.job().build();
    NewJob free = stores.job().type("other").build();
    SubmitStore.Submitted submitted = stores.submit(List.of(limited, free));
    assertThat(submitted.blocked()).isTrue();
    assertThat(Stores.pointers(submitted.announcement())).containsExactly(free.id());
    assertThat(stores.state(limited.id())).isEqualTo(JobState.BLOCKED);
  }

  @Test
  void insert_allHeldBack_announcesNothing() throws SQLException {
    NewJob first = stores.job().build();
    NewJob second = stores.job().build();
    NewJob later = stores.job().delay(Duration.ofHours(1)).build();
    SubmitStore.Submitted submitted =
        stores.submissions.insert(List.of(first, second, later), job -> true, Stores.GRACE);
    assertThat(submitted.announcement()).isNull();
    assertThat(stores.state(first.id())).isEqualTo(JobState.READY);
    assertThat(stores.state(later.id())).isEqualTo(JobState.SCHEDULED);
    assertThat(stores.backlog.held("default", first.priority(), ""))
        .extracting(BacklogStore.Held::jobs)
        .containsExactly(2);
    assertThat(stores.outbox.waiting()).isZero();
  }

  @Test
  void insert_heldBack_goesToTheBacklogOnly() throws SQLException {
    NewJob held = stores.job().build();
    NewJob free = stores.job().build();
    NewJob later = stores.job().delay(Duration.ofHours(1)).build();
    SubmitStore.Submitted submitted =
        stores.submissions.insert(
            List.of(held, free, later), job -> !job.id().equals(free.id()), Stores.GRACE);
    assertThat(submitted.announcement()).isNotNull();
    assertThat(submitted.announcement().jobs())
        .extracting(JobPointer::id)
        .containsExactly(free.id());
    assertThat(stores.backlog.held("default", held.priority(), ""))
        .extracting(BacklogStore.Held::jobs)
        .containsExactly(1);
    assertThat(stores.outbox.take(10, Duration.ofMinutes(1)))
        .flatExtracting(a -> a.jobs())
        .extracting(JobPointer::id)
        .containsExactly(free.id());
  }
}
