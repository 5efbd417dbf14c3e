package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Accepted;
import io.millrace.model.CacheAnswer;
import io.millrace.model.CacheAnswer.Status;
import io.millrace.model.CacheUse;
import io.millrace.model.CachedResult;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kept results, joins and landings, decided by PostgreSQL alone. */
class CacheSubmitStoreIT {
  private static final String HASH = "cd".repeat(32);
  private final Stores stores = new Stores();
  private final CacheSubmitStore cache =
      new CacheSubmitStore(stores.database, stores.ids::next, 100);
  private final LandingStore landing = new LandingStore(stores.database);

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  private static CacheUse.Asks asks(int work) {
    return new CacheUse.Asks("%064x".formatted(work), false, false, 60_000, null, 0);
  }

  private NewJob job(CacheUse.Asks asks) {
    return stores.job().build().with(asks);
  }

  private Accepted.Stored submit(NewJob job) throws SQLException {
    return (Accepted.Stored) all(List.of(job)).getFirst();
  }

  private List<Accepted> all(List<NewJob> jobs) throws SQLException {
    return cache.insert(jobs, any -> false, Stores.GRACE).submitted().answers();
  }

  private static Status status(Accepted answer) {
    CacheAnswer cached = ((Accepted.Stored) answer).cache();
    return Objects.requireNonNull(cached).status();
  }

  private CompletionStore.Recorded end(UUID id, Outcome outcome) throws SQLException {
    ClaimedJob job = stores.run(id);
    assertThat(job.cached()).isTrue();
    return stores.completions.complete(
        List.of(Completion.of(job, outcome)), List.of(), Stores.GRACE);
  }

  private UUID kept(CacheUse.Asks asks, String result) throws SQLException {
    UUID source = submit(job(asks)).id();
    end(source, new Outcome.Succeeded(result));
    return source;
  }

  private @Nullable String result(UUID id) {
    return stores.jobs.result("t", id).orElseThrow().json();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": 1}", "0", "false", "\"\"", "null", "[]"})
  void insert_keptResult_isAHit(String result) throws SQLException {
    UUID source = kept(asks(1), result);
    Accepted.Stored hit = submit(job(asks(1)));
    assertThat(hit.state()).isEqualTo(JobState.SUCCEEDED);
    CacheAnswer cached = Objects.requireNonNull(hit.cache());
    assertThat(cached.status()).isEqualTo(Status.HIT);
    assertThat(cached.source()).isEqualTo(source);
    assertThat(cached.ageMillis()).isBetween(0L, 60_000L);
    assertThat(result(hit.id())).isEqualTo(result);
    assertThat(stores.count("outbox")).isEqualTo(1);
    assertThat(stores.count("cache_flight")).isZero();
  }

  @Test
  void insert_resultTooLargeToRead_isCopiedWhereItIs() throws SQLException {
    String large = '"' + "x".repeat(1_000) + '"';
    kept(asks(1), large);
    assertThat(result(submit(job(asks(1))).id())).isEqualTo(large);
  }

  @Test
  void insert_sameWorkInOneBatch_hasOneLeader() throws SQLException {
    List<Accepted> answers = all(IntStream.range(0, 5).mapToObj(i -> job(asks(1))).toList());
    assertThat(answers)
        .extracting(CacheSubmitStoreIT::status)
        .containsExactly(Status.MISS, Status.JOINED, Status.JOINED, Status.JOINED, Status.JOINED);
    UUID leader = ((Accepted.Stored) answers.getFirst()).id();
    CompletionStore.Recorded done = end(leader, new Outcome.Succeeded("7"));
    assertThat(done.landed().answered()).hasSize(4);
    for (Accepted answer : answers) {
      UUID id = ((Accepted.Stored) answer).id();
      assertThat(stores.state(id)).isEqualTo(JobState.SUCCEEDED);
      assertThat(result(id)).isEqualTo("7");
    }
    assertThat(stores.count("cache_follower")).isZero();
    assertThat(stores.count("cache_landing")).isZero();
  }

  @Test
  void insert_sameWorkFromManyConnections_hasOneLeader() throws Exception {
    List<NewJob> jobs = IntStream.range(0, 60).mapToObj(i -> job(asks(i % 3))).toList();
    List<Accepted> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<CompletableFuture<List<Accepted>>> batches = new ArrayList<>();
      for (int i = 0; i < 60; i += 5) {
        List<NewJob> batch = jobs.subList(i, i + 5);
        batches.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return all(batch);
                  } catch (SQLException e) {
                    throw new IllegalStateException(e);
                  }
                },
                threads));
      }
      for (CompletableFuture<List<Accepted>> batch : batches) {
        answers.addAll(batch.get(20, TimeUnit.SECONDS));
      }
    }
    assertThat(answers.stream().map(CacheSubmitStoreIT::status).filter(Status.MISS::equals))
        .hasSize(3);
    assertThat(stores.count("cache_flight")).isEqualTo(3);
    assertThat(stores.count("cache_follower")).isEqualTo(57);
  }

  @Test
  void insert_otherTenantsKey_isNotShared() throws SQLException {
    kept(asks(1), "1");
    // Admission puts the tenant into the key; two tenants never ask for the same one.
    assertThat(status(submit(stores.job().tenant("u").build().with(asks(2)))))
        .isEqualTo(Status.MISS);
  }

  @Test
  void insert_resultInvalidatedAfterItWasFound_isRefusedWhole() throws SQLException {
    kept(asks(1), "1");
    CachedResult found = cache.find(List.of(asks(1).key())).getFirst();
    NewJob hit = job(asks(1)).with(new CacheUse.Answered(found, false, 5, true));
    assertThat(status(submit(hit))).isEqualTo(Status.HIT);
    new CacheUpkeepStore(stores.database).invalidate(null, "echo", null);
    NewJob late = job(asks(1)).with(new CacheUse.Answered(found, false, 5, true));
    assertThatThrownBy(() -> all(List.of(late, stores.job().build())))
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> assertThat(e.getSQLState()).isEqualTo(CacheSubmitStore.OUTDATED));
    assertThat(stores.count("job")).isEqualTo(2);
  }

  @Test
  void insert_workInvalidatedInFlight_isGivenToThoseWhoWaitAndKeptForNobody() throws SQLException {
    List<NewJob> batch = List.of(job(asks(1)), job(asks(1)));
    all(batch);
    new CacheUpkeepStore(stores.database).invalidate("t", null, asks(1).key());
    Accepted.Stored later = submit(job(asks(1)));
    assertThat(status(later)).isEqualTo(Status.MISS);
    assertThat(later.state()).isEqualTo(JobState.READY);
    end(batch.getFirst().id(), new Outcome.Succeeded("1"));
    assertThat(result(batch.get(1).id())).isEqualTo("1");
    assertThat(stores.count("cache_entry")).isZero();
  }

  @Test
  void upkeep_countsUseAndForgetsWhatIsOld() throws SQLException {
    kept(asks(1), "1");
    kept(asks(2), "2");
    CacheUpkeepStore upkeep = new CacheUpkeepStore(stores.database);
    upkeep.count(Map.of(asks(2).key(), 3L, asks(3).key(), 1L));
    assertThat(upkeep.mostUsed(10)).containsExactly(asks(2).key());
    assertThat(upkeep.keys(10)).containsExactlyInAnyOrder(asks(1).key(), asks(2).key());
    assertThat(upkeep.forget(10)).isZero();
    age(Duration.ofHours(2));
    assertThat(upkeep.forget(10)).isEqualTo(2);
  }

  @Test
  void insert_olderThanMaxAge_runsAnew() throws SQLException {
    kept(asks(1), "1");
    age(Duration.ofSeconds(10));
    CacheUse.Asks young = new CacheUse.Asks(asks(1).key(), false, false, 60_000, 5_000L, 0);
    assertThat(status(submit(job(asks(1))))).isEqualTo(Status.HIT);
    assertThat(status(submit(job(young)))).isEqualTo(Status.MISS);
    assertThat(status(submit(job(asks(1))))).isEqualTo(Status.HIT);
    assertThat(status(submit(job(young)))).isEqualTo(Status.JOINED);
  }

  @Test
  void insert_expired_runsAnew() throws SQLException {
    kept(asks(1), "1");
    age(Duration.ofSeconds(67));
    assertThat(status(submit(job(asks(1))))).isEqualTo(Status.MISS);
  }

  @Test
  void insert_staleAllowed_isAnsweredAndRenewedOnce() throws SQLException {
    kept(asks(1), "1");
    age(Duration.ofSeconds(67));
    CacheUse.Asks stale = new CacheUse.Asks(asks(1).key(), false, false, 60_000, null, 60_000);
    List<Accepted> answers = all(List.of(job(stale), job(stale)));
    assertThat(answers)
        .extracting(CacheSubmitStoreIT::status)
        .containsExactly(Status.STALE, Status.STALE);
    assertThat(status(submit(job(stale)))).isEqualTo(Status.STALE);
    assertThat(
            stores
                .database
                .dsl()
                .fetchSingle("SELECT count(*) FROM job WHERE origin = 'cache' AND state = 'READY'")
                .get(0, Long.class))
        .isEqualTo(1);
    UUID renewal =
        stores
            .database
            .dsl()
            .fetchSingle("SELECT id FROM job WHERE origin = 'cache'")
            .get(0, UUID.class);
    end(renewal, new Outcome.Succeeded("2"));
    Accepted.Stored hit = submit(job(stale));
    assertThat(status(hit)).isEqualTo(Status.HIT);
    assertThat(result(hit.id())).isEqualTo("2");
  }

  @Test
  void insert_refresh_runsAnewAndIsKept() throws SQLException {
    kept(asks(1), "1");
    CacheUse.Asks refresh = new CacheUse.Asks(asks(1).key(), false, true, 60_000, null, 0);
    Accepted.Stored anew = submit(job(refresh));
    assertThat(status(anew)).isEqualTo(Status.MISS);
    assertThat(status(submit(job(refresh)))).isEqualTo(Status.JOINED);
    assertThat(status(submit(job(asks(1))))).isEqualTo(Status.HIT);
    end(anew.id(), new Outcome.Succeeded("2"));
    assertThat(result(submit(job(asks(1))).id())).isEqualTo("2");
  }

  @Test
  void insert_idempotencyKeyOfALeader_storesNothingTwiceAndLeavesNoFlight() throws SQLException {
    NewJob first = stores.job().key("k", HASH).build().with(asks(1));
    assertThat(status(submit(first))).isEqualTo(Status.MISS);
    end(first.id(), new Outcome.Succeeded("1"));
    age(Duration.ofSeconds(67));
    NewJob again = stores.job().key("k", HASH).build().with(asks(1));
    NewJob other = job(asks(1));
    List<Accepted> answers = all(List.of(again, other));
    assertThat(answers.getFirst()).isEqualTo(new Accepted.Repeated(first.id(), JobState.READY));
    assertThat(status(answers.get(1))).isEqualTo(Status.JOINED);
    landing.land(10, Stores.GRACE);
    assertThat(stores.state(other.id())).isEqualTo(JobState.READY);
    end(other.id(), new Outcome.Succeeded("2"));
    assertThat(stores.count("cache_flight")).isZero();
  }

  @Test
  void insert_commitInDoubt_isTheSameAgain() throws SQLException {
    List<NewJob> batch = List.of(job(asks(1)), job(asks(1)));
    all(batch);
    assertThat(all(batch))
        .extracting(answer -> ((Accepted.Stored) answer).state())
        .containsExactly(JobState.READY, JobState.WAITING);
    assertThat(stores.count("cache_follower")).isEqualTo(1);
  }

  @Test
  void complete_leaderFails_oneFollowerRunsAndAnswersTheOthers() throws SQLException {
    List<NewJob> batch = IntStream.range(0, 4).mapToObj(i -> job(asks(1))).toList();
    all(batch);
    ClaimedJob leader = stores.run(batch.getFirst().id());
    CompletionStore.Recorded done =
        stores.completions.complete(
            List.of(Completion.of(leader, new Outcome.Failed(Stores.error(leader)))),
            List.of(),
            Stores.GRACE);
    assertThat(Stores.pointers(done.landed().announcements().getFirst()))
        .containsExactly(batch.get(1).id());
    assertThat(status(submit(job(asks(1))))).isEqualTo(Status.JOINED);
    end(batch.get(1).id(), new Outcome.Succeeded("5"));
    assertThat(result(batch.get(3).id())).isEqualTo("5");
    assertThat(stores.state(batch.getFirst().id())).isEqualTo(JobState.FAILED);
  }

  @Test
  void land_leaderCancelled_oneFollowerTakesOver() throws SQLException {
    List<NewJob> batch = List.of(job(asks(1)), job(asks(1)), job(asks(1)));
    all(batch);
    stores.cancel(batch.get(1).id());
    stores.cancel(batch.getFirst().id());
    landing.land(10, Stores.GRACE);
    assertThat(stores.state(batch.get(2).id())).isEqualTo(JobState.READY);
    end(batch.get(2).id(), new Outcome.Succeeded("5"));
    assertThat(stores.count("cache_follower")).isZero();
  }

  @Test
  void land_leaderCancelledAndNobodyWaits_nobodyRuns() throws SQLException {
    UUID leader = submit(job(asks(1))).id();
    stores.cancel(leader);
    landing.land(10, Stores.GRACE);
    assertThat(stores.count("cache_flight")).isZero();
    assertThat(status(submit(job(asks(1))))).isEqualTo(Status.MISS);
  }

  @Test
  void land_workerOfTheLeaderDies_itRunsAgainAndAnswers() throws SQLException {
    List<NewJob> batch = List.of(job(asks(1)), job(asks(1)));
    all(batch);
    stores.run(batch.getFirst().id());
    stores.reapAll();
    end(batch.getFirst().id(), new Outcome.Succeeded("5"));
    assertThat(result(batch.get(1).id())).isEqualTo("5");
  }

  @Test
  void land_moreFollowersThanATransactionTakes_answersTheRestLater() throws SQLException {
    int followers = LandingStore.MOST_FOLLOWERS + 50;
    List<NewJob> batch = IntStream.rangeClosed(0, followers).mapToObj(i -> job(asks(1))).toList();
    all(batch);
    CompletionStore.Recorded done = end(batch.getFirst().id(), new Outcome.Succeeded("\"v\""));
    assertThat(done.landed().answered()).hasSize(LandingStore.MOST_FOLLOWERS);
    assertThat(done.landed().more()).isTrue();
    assertThat(landing.land(10, Stores.GRACE).answered()).hasSize(50);
    assertThat(result(batch.getLast().id())).isEqualTo("\"v\"");
  }

  @Test
  void complete_manyKeysAtOnce_expireSpread() throws SQLException {
    List<NewJob> batch = IntStream.range(0, 200).mapToObj(i -> job(asks(i))).toList();
    all(batch);
    UUID[] ids = batch.stream().map(NewJob::id).toArray(UUID[]::new);
    List<Completion> done =
        stores.claim(stores.worker(), ids).jobs().stream()
            .map(job -> Completion.of(job, new Outcome.Succeeded("1")))
            .sorted(Comparator.comparing(Completion::id))
            .toList();
    stores.completions.complete(done, List.of(), Stores.GRACE);
    var spread =
        stores
            .database
            .dsl()
            .fetchSingle(
                "SELECT min(t), max(t), count(DISTINCT round(t)) FROM ("
                    + "SELECT extract(epoch FROM expires_at - finished_at) AS t"
                    + " FROM cache_entry) AS e");
    assertThat(spread.get(0, Double.class)).isBetween(54.0, 57.0);
    assertThat(spread.get(1, Double.class)).isBetween(63.0, 66.0);
    assertThat(spread.get(2, Long.class)).isGreaterThan(10);
  }

  /** As if that time had passed since the results were made. */
  private void age(Duration by) {
    String interval = " - interval '" + by.toMillis() + " milliseconds'";
    stores
        .database
        .dsl()
        .execute(
            "UPDATE cache_entry SET finished_at = finished_at"
                + interval
                + ", expires_at = expires_at"
                + interval);
  }
}
