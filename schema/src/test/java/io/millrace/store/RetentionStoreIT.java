package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.store.RetentionStore.Batch;
import io.millrace.store.RetentionStore.Day;
import io.millrace.store.RetentionStore.Dropped;
import io.millrace.store.RetentionStore.Keep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retention on days of the past, made for the test. */
class RetentionStoreIT {
  private static final Duration GRACE = Duration.ZERO;
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final Keep KEEP = new Keep(Duration.ofDays(7), Duration.ofDays(30));

  private final Database database = TestDatabase.clean();
  private final RetentionStore retention = new RetentionStore(database);
  private final SubmitStore submissions = new SubmitStore(database);
  private final ClaimStore claims = new ClaimStore(database);
  private final CompletionStore completions = new CompletionStore(database);
  private final QueueStore queues = new QueueStore(database);
  private final LocalDate today =
      database.dsl().fetchSingle("SELECT (now() AT TIME ZONE 'UTC')::date").get(0, LocalDate.class);
  private final long session = new WorkerStore(database).register("w", List.of("default"), 100);
  private int made;

  @BeforeEach
  void dropPast() {
    for (int age = 2; age <= 40; age++) {
      for (String table : PartitionStore.TABLES) {
        database
            .dsl()
            .execute("DROP TABLE IF EXISTS " + PartitionStore.name(table, today.minusDays(age)));
      }
    }
  }

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
    queues.fold();
    assertThat(new InvariantStore(database).broken()).isEmpty();
    dropPast();
    database.dsl().execute("TRUNCATE queue_count, queue_delta, dead_letter");
  }

  @Test
  void drop_dayWithOldJobsOnly_goesWithAllThatWasKept() throws SQLException {
    LocalDate day = past(35);
    UUID succeeded = job(day, new Outcome.Succeeded("1"));
    UUID failed = job(day, failure());
    keepFor(succeeded);
    ageTo(day, Duration.ofDays(31));
    assertThat(day(day)).satisfies(d -> assertThat(d.over()).isTrue());
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.DONE);
    for (String table : PartitionStore.TABLES) {
      assertThat(exists(PartitionStore.name(table, day))).as(table).isFalse();
    }
    assertThat(count("dead_letter WHERE job_id = '" + failed + "'")).isZero();
    assertThat(count("queue_count WHERE day = '" + day + "'")).isZero();
    assertThat(retention.days(KEEP)).extracting(Day::day).doesNotContain(day);
  }

  @Test
  void drop_jobThatEndedLate_staysForItsWholeRetention() throws SQLException {
    // Made 35 days ago to run much later: it ended yesterday.
    LocalDate day = past(35);
    UUID id = job(day, new Outcome.Succeeded("1"));
    ageTo(day, Duration.ofDays(1));
    assertThat(day(day).over()).isFalse();
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.KEPT);
    assertThat(all(day)).isZero();
    assertThat(count("job WHERE id = '" + id + "'")).isOne();
  }

  @Test
  void drop_openRunOfBefore_keepsTheDayWhoseJobsItReads() throws SQLException {
    LocalDate made = past(36);
    LocalDate day = past(35);
    job(day, new Outcome.Succeeded("1"));
    ageTo(day, Duration.ofDays(31));
    UUID run = run(made, null);
    assertThat(day(day).over()).isTrue();
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.KEPT);
    database
        .dsl()
        .execute("UPDATE run SET state = 'CANCELLED', finished_at = now() WHERE id = ?", run);
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.DONE);
  }

  @Test
  void drop_runThatEndedLate_keepsItsDay() throws SQLException {
    LocalDate day = past(35);
    job(day, new Outcome.Succeeded("1"));
    ageTo(day, Duration.ofDays(31));
    UUID run = run(day, Duration.ofDays(1));
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.KEPT);
    database.dsl().execute("UPDATE run SET finished_at = now() - interval '99 days'");
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.DONE);
    assertThat(count("run WHERE id = '" + run + "'")).isZero();
  }

  /** A run of a day that ended so long ago, or not yet. */
  private UUID run(LocalDate day, @Nullable Duration ago) {
    UUID id = PartitionStore.lowestOf(day);
    database
        .dsl()
        .execute(
            "INSERT INTO run (id, tenant, workflow, version, state, input, finished_at)"
                + " VALUES (?, 't', 'w', 'v', ?::run_state, '{}', now() - ?::interval)",
            id,
            ago == null ? "OPEN" : "CANCELLED",
            ago == null ? null : ago.toString());
    return id;
  }

  @Test
  void deleteRuns_thoseOlderThanTheirRetention_goWithAllThatWasKept() throws SQLException {
    RunRetentionStore runs = new RunRetentionStore(database);
    UUID old = run(past(20), Duration.ofDays(8));
    UUID late = run(past(19), Duration.ofDays(6));
    UUID open = run(past(18), null);
    UUID part = run(past(17), Duration.ofDays(8));
    database.dsl().execute("UPDATE run SET parent = ? WHERE id = ?", open, part);
    for (UUID one : List.of(old, late)) {
      String id = "('" + one + "', 0, ";
      database.dsl().execute("INSERT INTO run_task VALUES " + id + "0, 1, '" + one + "')");
      database.dsl().execute("INSERT INTO run_value VALUES " + id + "'OUTPUT', '1')");
      database.dsl().execute("INSERT INTO run_inbox (run, kind) VALUES ('" + one + "', 'START')");
    }
    assertThat(runs.days(KEEP))
        .contains(today.minusDays(20), today.minusDays(17))
        .doesNotContain(today.minusDays(2));
    int deleted = 0;
    for (LocalDate day : runs.days(KEEP)) {
      deleted += runs.delete(day, null, KEEP, 100).deleted();
    }
    assertThat(deleted).isEqualTo(1);
    assertThat(count("run WHERE id = '" + old + "'")).isZero();
    for (String table : List.of("run_task", "run_value", "run_inbox")) {
      assertThat(count(table + " WHERE run = '" + old + "'")).as(table).isZero();
      assertThat(count(table + " WHERE run = '" + late + "'")).as(table).isOne();
    }
    assertThat(runs.delete(today.minusDays(17), null, KEEP, 1).last()).isEqualTo(part);
    database
        .dsl()
        .execute("UPDATE run SET state = 'CANCELLED', finished_at = now() WHERE id = ?", open);
    assertThat(runs.delete(today.minusDays(17), null, KEEP, 100).deleted()).isEqualTo(1);
    database.dsl().execute("DELETE FROM run_inbox");
  }

  @Test
  void deleteRuns_withMoreTasksThanABatchMayDelete_takesSeveral() throws SQLException {
    RunRetentionStore runs = new RunRetentionStore(database);
    LocalDate day = past(20);
    UUID old = run(day, Duration.ofDays(8));
    database
        .dsl()
        .execute(
            "INSERT INTO run_task SELECT ?, 0, i, 1, ? FROM generate_series(1, 25000) AS i",
            old,
            old);
    Batch first = runs.delete(day, null, KEEP, 100);
    assertThat(first.deleted()).isZero();
    assertThat(count("run_task")).isEqualTo(5_000);
    assertThat(runs.delete(day, first.last(), KEEP, 100)).isEqualTo(new Batch(1, null));
    assertThat(count("run_task")).isZero();
  }

  @Test
  void drop_openJob_keepsItsDay() throws SQLException {
    LocalDate day = past(38);
    job(day, new Outcome.Succeeded("1"));
    UUID open = job(day, null);
    ageTo(day, Duration.ofDays(36));
    assertThat(day(day).open()).isEqualTo(1);
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.KEPT);
    assertThat(all(day)).isEqualTo(1);
    assertThat(count("job")).isEqualTo(1);
    assertThat(count("job WHERE id = '" + open + "'")).isEqualTo(1);
  }

  @Test
  void drop_failedJobReplayedMeanwhile_keepsItsDay() throws SQLException {
    LocalDate day = past(35);
    UUID failed = job(day, failure());
    ageTo(day, Duration.ofDays(31));
    assertThat(day(day).over()).isTrue();
    // As a replay does, and not folded yet.
    database
        .dsl()
        .execute(
            """
            WITH r AS (UPDATE job SET state = 'READY', finished_at = NULL, events = events + 1,
                         history = history_add(history, history_line(events + 1, 'READY', 1, NULL))
                        WHERE id = ?::uuid),
                 l AS (DELETE FROM dead_letter WHERE job_id = ?::uuid)
            INSERT INTO queue_delta VALUES ('default', 2, ?, 'FAILED', -1), ('default', 2, ?, 'READY', 1)""",
            failed,
            failed,
            day,
            day);
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.KEPT);
    assertThat(count("job")).isEqualTo(1);
  }

  @Test
  void drop_tablesInUse_isBusyAndLeavesAllAsItWas() throws SQLException {
    LocalDate day = past(35);
    job(day, new Outcome.Succeeded("1"));
    ageTo(day, Duration.ofDays(31));
    try (Connection reader = database.connection();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT 1 FROM job LIMIT 1").close();
      assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.BUSY);
      reader.rollback();
      reader.setAutoCommit(true);
    }
    assertThat(count("job")).isEqualTo(1);
    assertThat(retention.drop(day, KEEP, PATIENCE)).isEqualTo(Dropped.DONE);
  }

  @Test
  void delete_succeededOldFailedYoung_goesInBatchesByItsState() throws SQLException {
    LocalDate day = past(10);
    List<UUID> old = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      old.add(job(day, new Outcome.Succeeded("1")));
    }
    UUID failed = job(day, failure());
    UUID open = job(day, null);
    keepFor(old.getFirst());
    ageTo(day, Duration.ofDays(9));
    int batches = 0;
    int deleted = 0;
    UUID after = null;
    do {
      Batch batch = retention.delete(day, after, KEEP, 2);
      assertThat(batch.deleted()).isLessThanOrEqualTo(2);
      after = batch.last();
      deleted += batch.deleted();
      batches++;
    } while (after != null);
    assertThat(deleted).isEqualTo(7);
    assertThat(batches).isEqualTo(5);
    assertThat(database.dsl().fetch("SELECT id FROM job ORDER BY id").getValues(0, UUID.class))
        .containsExactly(failed, open);
    for (String table : List.of("job_log", "job_checkpoint", "job_progress", "job_child")) {
      assertThat(count(table)).as(table).isZero();
    }
    assertThat(count("dead_letter")).isEqualTo(1);
  }

  @Test
  void delete_failedOverAge_takesItsDeadLetter() throws SQLException {
    LocalDate day = past(38);
    job(day, failure());
    UUID open = job(day, null);
    ageTo(day, Duration.ofDays(31));
    assertThat(all(day)).isEqualTo(1);
    assertThat(count("dead_letter")).isZero();
    assertThat(count("job WHERE id = '" + open + "'")).isEqualTo(1);
  }

  @Test
  void days_todayAndYesterday_areNeverOver() {
    assertThat(retention.days(new Keep(Duration.ZERO, Duration.ZERO)))
        .filteredOn(d -> !d.day().isBefore(today.minusDays(1)))
        .hasSize(2)
        .noneMatch(Day::over);
  }

  @Test
  void analyzeNew_partitionWithFirstRows_isAnalyzedOnce() throws SQLException {
    LocalDate day = past(20);
    PartitionStore partitions = new PartitionStore(database);
    while (partitions.analyzeNew() > 0) {
      // What other tests left.
    }
    UUID id = job(day, new Outcome.Succeeded("1"));
    assertThat(partitions.analyzeNew()).isEqualTo(1);
    assertThat(partitions.analyzeNew()).isZero();
    keepFor(id);
    assertThat(partitions.analyzeNew()).isEqualTo(4);
  }

  private LocalDate past(int age) {
    LocalDate day = today.minusDays(age);
    for (String table : PartitionStore.TABLES) {
      database.dsl().execute(PartitionStore.create(table, day));
      database.dsl().execute(PartitionStore.attach(table, day));
    }
    return day;
  }

  /** A job with an id of that day, and its outcome; open without one. */
  private UUID job(LocalDate day, @Nullable Outcome outcome) throws SQLException {
    UUID id = Ids.lowest(day.atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(++made));
    NewJob job = new NewJob(id, "t", "echo", "default", Priority.NORMAL, 1, 60_000, "{}", null);
    submissions.insert(List.of(job), one -> false, GRACE);
    if (outcome != null) {
      ClaimedJob claimed = claims.claim(session, made, List.of(id), GRACE).jobs().getFirst();
      completions.complete(
          List.of(new Completion(id, session, claimed.attempt(), outcome)),
          List.of(new CompletionStore.FinishedClaim(session, made)),
          GRACE);
    }
    return id;
  }

  private static Outcome failure() {
    return new Outcome.Failed(new JobError(ErrorKind.HANDLER, "boom", 1));
  }

  /** What is kept beside a job's row. */
  private void keepFor(UUID id) {
    database.dsl().execute("INSERT INTO job_log VALUES (?::uuid, 1, 1, now(), 'a line')", id);
    database
        .dsl()
        .execute(
            "INSERT INTO job_checkpoint (job_id, attempt, document) VALUES (?::uuid, 1, '1')", id);
    database
        .dsl()
        .execute(
            "INSERT INTO job_progress (job_id, attempt, fraction, message) VALUES (?::uuid, 1, 1, '')",
            id);
    database.dsl().execute("INSERT INTO job_child VALUES (?::uuid, ?::uuid)", id, id);
  }

  /** Lets the final jobs of a day have ended that long ago. */
  private void ageTo(LocalDate day, Duration age) {
    queues.fold();
    database
        .dsl()
        .execute(
            "UPDATE job SET finished_at = now() - ? * interval '1 second'"
                + " WHERE finished_at IS NOT NULL AND job_day(id) = ?",
            age.toSeconds(),
            day);
    database
        .dsl()
        .execute(
            "UPDATE queue_count SET changed_at = now() - ? * interval '1 second' WHERE day = ?",
            age.toSeconds(),
            day);
  }

  private int all(LocalDate day) throws SQLException {
    int deleted = 0;
    UUID after = null;
    do {
      Batch batch = retention.delete(day, after, KEEP, 100);
      after = batch.last();
      deleted += batch.deleted();
    } while (after != null);
    return deleted;
  }

  private Day day(LocalDate day) {
    return retention.days(KEEP).stream().filter(d -> d.day().equals(day)).findAny().orElseThrow();
  }

  private boolean exists(String table) {
    return database
        .dsl()
        .fetchSingle("SELECT to_regclass(?) IS NOT NULL", table)
        .get(0, Boolean.class);
  }

  private long count(String from) {
    return database.dsl().fetchSingle("SELECT count(*) FROM " + from).get(0, Long.class);
  }
}
