package io.millrace.api.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.cache.FinishedJobCache;
import io.millrace.cache.RedisSettings;
import io.millrace.local.LocalStack;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.model.StoredResult;
import io.millrace.runtime.Ids;
import io.millrace.store.AttemptStore;
import io.millrace.store.ClaimStore;
import io.millrace.store.CompletionStore;
import io.millrace.store.Database;
import io.millrace.store.InvariantStore;
import io.millrace.store.JobStore;
import io.millrace.store.SubmitStore;
import io.millrace.store.WorkerStore;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading through the cache, on a real PostgreSQL and a real Redis that is also stopped. */
@Timeout(120)
class JobReaderIT {
  private static final Duration GRACE = Duration.ZERO;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static LocalStack stack;
  private static Database database;

  private JobStore jobs;
  private final Ids ids = new Ids();
  private FinishedJobCache cache;
  private StatusReads together;
  private JobReader reader;

  @BeforeAll
  static void startStack() {
    stack = LocalStack.temporary();
    database =
        Database.open(
            stack.jdbcUrl(), stack.username(), stack.password(), 5, Duration.ofSeconds(5));
    database.migrate();
  }

  @AfterAll
  static void closeStack() {
    database.close();
    stack.close();
  }

  @BeforeEach
  void open() {
    stack.redis().start();
    cache =
        FinishedJobCache.redis(
            new RedisSettings(
                URI.create(stack.redisUri()),
                Duration.ofMillis(50),
                Duration.ofSeconds(300),
                64 * 1024,
                10),
            new Random(1));
    jobs = new JobStore(database);
    together = new StatusReads(jobs, cache);
    together.start();
    reader = new JobReader(jobs, new AttemptStore(database), cache, together);
  }

  @AfterEach
  void close() {
    together.close();
    cache.close();
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void result_succeeded_comesFromTheCacheTheSecondTime() throws SQLException {
    UUID id = finished(new Outcome.Succeeded("{\"x\":  1}"));
    StoredResult fromDatabase = jobs.result("t", id).orElseThrow();
    assertThat(reader.result("t", id)).contains(fromDatabase);
    await().atMost(PATIENCE).until(() -> cache.result("t", id).isPresent());
    long hits = cache.counts().hits();
    assertThat(reader.result("t", id)).contains(fromDatabase);
    assertThat(cache.counts().hits()).isEqualTo(hits + 1);
    assertThat(reader.result("other", id)).isEmpty();
  }

  @Test
  void status_settled_comesFromTheCacheExactlyAsItWas() throws SQLException {
    UUID id = finished(new Outcome.Succeeded("1"));
    assertThat(reader.status("t", id)).isPresent();
    assertThat(cache.status("t", id)).isEmpty(); // Its last progress may still come.

    finishedAnHourAgo(id);
    assertThat(reader.status("t", id)).isPresent();
    await().atMost(PATIENCE).until(() -> cache.status("t", id).isPresent());
    assertThat(reader.status("t", id).orElseThrow())
        .usingRecursiveComparison()
        .ignoringFields("asOf")
        .isEqualTo(jobs.find("t", id).orElseThrow());
    assertThat(reader.status("other", id)).isEmpty();
  }

  @Test
  void status_manyAtOnce_eachGetsItsOwnTenantsJob() throws Exception {
    List<UUID> mine = new java.util.ArrayList<>();
    for (int i = 0; i < 20; i++) {
      mine.add(finished(new Outcome.Succeeded("1")));
    }
    UUID unknown = ids.next();
    try (var callers = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new java.util.HashMap<UUID, java.util.concurrent.Future<?>>();
      for (UUID id : mine) {
        answers.put(id, callers.submit(() -> reader.status("t", id).orElseThrow().id()));
        callers.submit(() -> assertThat(reader.status("other", id)).isEmpty()).get();
      }
      for (var answer : answers.entrySet()) {
        assertThat(answer.getValue().get()).isEqualTo(answer.getKey());
      }
      assertThat(reader.status("t", unknown)).isEmpty();
    }
  }

  @Test
  void status_readsClosed_isRefusedAndNotWaitedFor() {
    together.close();
    assertThatThrownBy(() -> reader.status("t", ids.next()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("stopping");
  }

  @Test
  void failed_isNeverCached_becauseItMayBeReplayed() throws SQLException {
    UUID failed = finished(new Outcome.Failed(new JobError(ErrorKind.HANDLER, "boom", 1)));
    UUID succeeded = finished(new Outcome.Succeeded("1"));
    finishedAnHourAgo(failed);
    assertThat(reader.status("t", failed).orElseThrow().state()).isEqualTo(JobState.FAILED);
    assertThat(reader.result("t", failed).orElseThrow().state()).isEqualTo(JobState.FAILED);
    // Handed to the cache later than the failed one, so once it is there the other would be.
    reader.result("t", succeeded);
    await().atMost(PATIENCE).until(() -> cache.result("t", succeeded).isPresent());
    assertThat(cache.status("t", failed)).isEmpty();
    assertThat(cache.result("t", failed)).isEmpty();
  }

  @Test
  void redisStopped_answersComeFromTheDatabase() throws SQLException {
    UUID id = finished(new Outcome.Succeeded("\"right\""));
    stack.redis().stop();
    for (int i = 0; i < 20; i++) {
      assertThat(reader.result("t", id).orElseThrow().json()).isEqualTo("\"right\"");
      assertThat(reader.status("t", id).orElseThrow().state()).isEqualTo(JobState.SUCCEEDED);
    }
    assertThat(cache.trouble()).isNotNull();
    assertThat(reader.log("t", id, 10)).hasValue(List.of());
    assertThat(reader.log("t", UUID.randomUUID(), 10)).isEmpty();
  }

  private UUID finished(Outcome outcome) throws SQLException {
    UUID id = ids.next();
    NewJob job = new NewJob(id, "t", "echo", "default", Priority.NORMAL, 1, 60_000, "1", null);
    new SubmitStore(database).insert(List.of(job), one -> false, GRACE);
    long session = new WorkerStore(database).register("w", List.of("default"), 4);
    ClaimedJob claimed =
        new ClaimStore(database).claim(session, 1, List.of(id), GRACE).jobs().getFirst();
    new CompletionStore(database)
        .complete(
            List.of(new Completion(id, session, claimed.attempt(), outcome)),
            List.of(new CompletionStore.FinishedClaim(session, 1)),
            GRACE);
    return id;
  }

  private static void finishedAnHourAgo(UUID id) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE job SET finished_at = finished_at - interval '1 hour' WHERE id = ?")) {
      update.setObject(1, id);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }
}
