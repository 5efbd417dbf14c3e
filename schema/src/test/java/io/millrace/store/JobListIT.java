package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Accepted;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.JobError;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.store.JobListStore.Filter;
import io.millrace.store.JobListStore.Page;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists, attempts, keys and times of submissions, on a real PostgreSQL. */
class JobListIT {
  private static final Duration GRACE = Duration.ZERO;
  private static final Filter ANY = new Filter(null, null, null, null);

  private final Database database = TestDatabase.clean();
  private final Ids ids = new Ids();
  private final JobStore jobs = new JobStore(database);
  private final SubmitStore submissions = new SubmitStore(database);
  private final TimerStore timers = new TimerStore(database);
  private final AttemptStore attempts = new AttemptStore(database);

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void page_manyJobs_givesEachOnceNewestFirst() throws SQLException {
    List<NewJob> batch = IntStream.range(0, 25).mapToObj(i -> job(JobOptions.NONE)).toList();
    submit(batch);
    submit(List.of(of("other", "echo", "default", JobOptions.NONE)));

    List<Page> pages = walk(new JobListStore(database), ANY, 10);

    assertThat(pages).extracting(page -> page.jobs().size()).containsExactly(10, 10, 5);
    assertThat(pages.stream().flatMap(page -> page.jobs().stream()).map(JobView::id))
        .containsExactlyElementsOf(batch.reversed().stream().map(NewJob::id).toList());
  }

  @Test
  void page_rareMatch_stopsAtItsBoundAndGoesOn() throws SQLException {
    NewJob rare = of("t", "rare", "default", JobOptions.NONE);
    submit(List.of(rare));
    submit(IntStream.range(0, 45).mapToObj(i -> job(JobOptions.NONE)).toList());

    List<Page> pages =
        walk(new JobListStore(database, 20), new Filter(null, "rare", null, null), 10);

    assertThat(pages).extracting(page -> page.jobs().size()).containsExactly(0, 0, 1);
    assertThat(pages.getLast().jobs()).extracting(JobView::id).containsExactly(rare.id());
  }

  @Test
  void page_scanEndingOnAMatch_losesAndRepeatsNothing() throws SQLException {
    List<NewJob> batch = IntStream.range(0, 40).mapToObj(i -> job(JobOptions.NONE)).toList();
    submit(batch);
    List<Page> pages = walk(new JobListStore(database, 7), ANY, 5);
    assertThat(pages.stream().flatMap(page -> page.jobs().stream()).map(JobView::id))
        .containsExactlyElementsOf(batch.reversed().stream().map(NewJob::id).toList());
  }

  @Test
  void page_filters_areAllApplied() throws SQLException {
    NewJob later = job(options(null, 3_600_000L, null, null, "{\"a\": \"1\", \"b\": \"2\"}"));
    NewJob cpu = of("t", "profile", "cpu", options(null, null, null, null, "{\"a\":\"1\"}"));
    submit(List.of(later, cpu, job(JobOptions.NONE)));

    assertThat(found(new Filter(JobState.SCHEDULED, null, null, null))).containsExactly(later.id());
    assertThat(found(new Filter(null, "profile", null, null))).containsExactly(cpu.id());
    assertThat(found(new Filter(null, null, "cpu", null))).containsExactly(cpu.id());
    assertThat(found(new Filter(null, null, null, "{\"a\":\"1\"}")))
        .containsExactly(cpu.id(), later.id());
    assertThat(found(new Filter(null, null, null, "{\"a\":\"1\",\"b\":\"2\"}")))
        .containsExactly(later.id());
    assertThat(found(new Filter(JobState.READY, "profile", "cpu", "{\"a\":\"2\"}"))).isEmpty();
  }

  /** On tables that are empty to the planner: what a new installation plans and keeps. */
  @Test
  void page_readsTheKeyBackwardsWithoutSorting() throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (Connection connection = database.connection()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute(JobListStore.BY_KEY);
      try (PreparedStatement statement =
          connection.prepareStatement("EXPLAIN SELECT * FROM " + JobListStore.PAGE)) {
        statement.setString(1, "t");
        for (int i = 2; i <= 9; i++) {
          statement.setString(i, null);
        }
        statement.setObject(10, ids.next());
        statement.setInt(11, 10_000);
        statement.setInt(12, 10_000);
        statement.setInt(13, 50);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            plan.append(rows.getString(1)).append('\n');
          }
        }
      } finally {
        connection.rollback();
      }
    }
    assertThat(plan.toString()).contains("Index Scan Backward").doesNotContain("Sort", "Seq Scan");
  }

  @Test
  void failures_ofTwoAttempts_areBothKept() throws SQLException {
    NewJob job = job(JobOptions.NONE);
    submit(List.of(job));
    assertThat(attempts.failures("t", job.id())).isEmpty();
    fail(job, 1, new Outcome.Retried(error("first", 1), Duration.ZERO));
    timers.promote(10, false, GRACE);
    fail(job, 2, new Outcome.Failed(error("second \"quoted\"", 2)));

    List<AttemptStore.FailedAttempt> failures = attempts.failures("t", job.id());
    assertThat(failures)
        .extracting(f -> f.attempt() + " " + f.kind() + " " + f.message() + " " + f.then())
        .containsExactly("1 HANDLER first SCHEDULED", "2 HANDLER second \"quoted\" FAILED");
    assertThat(failures).allSatisfy(f -> assertThat(f.at()).isAfter(Instant.EPOCH));
    assertThat(attempts.failures("other", job.id())).isEmpty();
  }

  @Test
  void insert_keySentAgain_answersAsBefore() throws SQLException {
    NewJob first = job(JobOptions.NONE.with(new IdempotencyKey("op", "k", "aa")));
    NewJob again = job(JobOptions.NONE.with(new IdempotencyKey("op", "k", "AA")));
    NewJob other = job(JobOptions.NONE.with(new IdempotencyKey("op", "k", "bb")));
    NewJob elsewhere = job(JobOptions.NONE.with(new IdempotencyKey("op2", "k", "bb")));
    NewJob otherTenant =
        of("u", "echo", "default", JobOptions.NONE.with(new IdempotencyKey("op", "k", "bb")));

    assertThat(submit(List.of(first)))
        .containsExactly(new Accepted.Stored(first.id(), JobState.READY));
    assertThat(submit(List.of(again)))
        .containsExactly(new Accepted.Repeated(first.id(), JobState.READY));
    assertThat(submit(List.of(other))).containsExactly(new Accepted.KeyReused(first.id()));
    assertThat(submit(List.of(elsewhere, otherTenant)))
        .containsExactly(
            new Accepted.Stored(elsewhere.id(), JobState.READY),
            new Accepted.Stored(otherTenant.id(), JobState.READY));
    assertThat(jobs.find("t", again.id())).isEmpty();
  }

  @Test
  void insert_keyOfADayAgo_isFreeAgain() throws SQLException {
    submit(List.of(job(JobOptions.NONE.with(new IdempotencyKey("op", "k", "aa")))));
    database.dsl().execute("UPDATE idempotency_key SET expires_at = now() - interval '1 second'");
    NewJob later = job(JobOptions.NONE.with(new IdempotencyKey("op", "k", "bb")));
    assertThat(submit(List.of(later)))
        .containsExactly(new Accepted.Stored(later.id(), JobState.READY));
  }

  @Test
  void insert_parentThatHasEnded_storesNothing() throws SQLException {
    NewJob parent = job(JobOptions.NONE);
    submit(List.of(parent));
    NewJob child = job(childOf(parent.id()));
    assertThat(submit(List.of(child)))
        .containsExactly(new Accepted.Stored(child.id(), JobState.READY));
    fail(parent, 1, new Outcome.Failed(error("over", 1)));
    NewJob orphan = job(childOf(parent.id()));
    assertThat(submit(List.of(orphan))).containsExactly(new Accepted.NoParent(parent.id()));
    assertThat(jobs.find("t", orphan.id())).isEmpty();
  }

  @Test
  void expire_queueTimeoutPassed_failsTheJob() throws SQLException {
    NewJob job = job(options(null, null, null, 1L, null));
    submit(List.of(job));
    due();
    assertThat(timers.expire(10, GRACE).jobs()).isEqualTo(1);
    assertThat(view(job).state()).isEqualTo(JobState.FAILED);
    assertThat(view(job).error())
        .isNotNull()
        .extracting(JobError::kind)
        .isEqualTo(ErrorKind.QUEUE_TIMEOUT);
    assertThat(attempts.failures("t", job.id()))
        .singleElement()
        .satisfies(failure -> assertThat(failure.attempt()).isZero());
  }

  @Test
  void expire_deadlinePassed_failsAScheduledJob() throws SQLException {
    NewJob job = job(options(null, 3_600_000L, Instant.now().plusSeconds(7_200), null, null));
    submit(List.of(job));
    assertThat(view(job).state()).isEqualTo(JobState.SCHEDULED);
    assertThat(timers.expire(10, GRACE).jobs()).isZero();
    due();
    assertThat(timers.expire(10, GRACE).jobs()).isEqualTo(1);
    assertThat(view(job).error())
        .isNotNull()
        .extracting(JobError::kind)
        .isEqualTo(ErrorKind.DEADLINE);
  }

  private void due() {
    database.dsl().execute("UPDATE job_timer SET run_at = now() - interval '1 second'");
    database
        .dsl()
        .execute(
            "UPDATE job SET deadline = now() - interval '1 second' WHERE deadline IS NOT NULL");
  }

  private List<Page> walk(JobListStore lists, Filter filter, int limit) {
    List<Page> pages = new ArrayList<>();
    UUID after = null;
    do {
      Page page = lists.page("t", filter, after, limit);
      pages.add(page);
      after = page.next();
    } while (after != null && pages.size() < 100);
    return pages;
  }

  private List<UUID> found(Filter filter) {
    Page page = new JobListStore(database).page("t", filter, null, 10);
    assertThat(page.next()).isNull();
    return page.jobs().stream().map(JobView::id).toList();
  }

  private void fail(NewJob job, int attempt, Outcome outcome) throws SQLException {
    long session = new WorkerStore(database).register("w", List.of("default"), 4);
    new ClaimStore(database).claim(session, attempt, List.of(job.id()), GRACE);
    new CompletionStore(database)
        .complete(
            List.of(new Completion(job.id(), session, attempt, outcome)),
            List.of(new CompletionStore.FinishedClaim(session, attempt)),
            GRACE);
  }

  private static JobError error(String message, int attempt) {
    return new JobError(ErrorKind.HANDLER, message, attempt);
  }

  private JobView view(NewJob job) {
    return jobs.find("t", job.id()).orElseThrow();
  }

  private List<Accepted> submit(List<NewJob> batch) throws SQLException {
    return submissions.insert(batch, job -> false, GRACE).answers();
  }

  private NewJob job(JobOptions options) {
    return of("t", "echo", "default", options);
  }

  private NewJob of(String tenant, String type, String pool, JobOptions options) {
    return new NewJob(
        ids.next(), tenant, type, pool, Priority.NORMAL, 3, 60_000, "{}", null, options);
  }

  private static JobOptions childOf(UUID parent) {
    return new JobOptions(null, null, null, null, null, null, null, parent, null, null);
  }

  private static JobOptions options(
      @Nullable Instant runAt,
      @Nullable Long delay,
      @Nullable Instant deadline,
      @Nullable Long queueTimeout,
      @Nullable String labels) {
    return new JobOptions(
        runAt, delay, deadline, queueTimeout, null, null, labels, null, null, null);
  }
}
