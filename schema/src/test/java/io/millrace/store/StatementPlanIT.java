package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobEvent;
import io.millrace.model.JobRef;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.model.RunLimit.Scope;
import io.millrace.runtime.Ids;
import io.millrace.store.TableUse.Use;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the statements touch in a table of a million jobs, by PostgreSQL's own counts. The plans
 * were made while every table was empty and nothing has been analyzed since: as on a new
 * installation, or just after midnight, when the day's partition fills.
 */
class StatementPlanIT {
  private static final int JOBS_A_DAY = 250_000;
  private static final int RUNS_A_DAY = 25_000;
  private static final int BATCH = 100;
  private static Stores stores;
  private static TableUse tables;

  @BeforeAll
  static void fill() throws SQLException {
    stores = new Stores();
    tables = new TableUse(stores.database);
    // Every connection that is used below has its plans from now.
    List<UUID> few = submitted(3);
    use(few);
    new RunStatements(stores, tables).use(3);
    for (int daysAhead = 0; daysAhead < 4; daysAhead++) {
      fill(daysAhead);
    }
  }

  @AfterAll
  static void empty() {
    TestDatabase.clean();
  }

  /** Jobs that have ended, on one day of those that have partitions. */
  private static void fill(int daysAhead) {
    LocalDate day = LocalDate.now(ZoneOffset.UTC).plusDays(daysAhead);
    String low = Ids.lowest(day.atStartOfDay(ZoneOffset.UTC).toInstant()).toString();
    stores
        .database
        .dsl()
        .transaction(
            tx -> {
              tx.dsl().execute("SET LOCAL statement_timeout = 0");
              tx.dsl()
                  .execute(
                      """
                      INSERT INTO job (id, tenant, type, pool, priority, state, attempt, max_attempts,
                                       timeout_millis, finished_at, payload, result, events, history)
                      SELECT (left(?, 18) || '-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 't', 'echo',
                             'default', 2, 'SUCCEEDED', 1, 3, 60000, now(), '{"value": 1}', '1', 1,
                             history_line(1, 'SUCCEEDED', 1, NULL)
                        FROM generate_series(1, ?) AS i""",
                      low,
                      JOBS_A_DAY);
              tx.dsl()
                  .execute(
                      """
                      INSERT INTO job_event (job_id, n, kind, attempt)
                      SELECT id, 2, 'PROGRESS', 1 FROM job WHERE id >= ?::uuid LIMIT 5000""",
                      low);
              tx.dsl()
                  .execute(
                      """
                      WITH made AS (
                        INSERT INTO run (id, tenant, workflow, version, state, input, finished_at)
                        SELECT (left(?, 18) || '-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 't', 'w',
                               '1', 'SUCCEEDED', '{}', now()
                          FROM generate_series(1, ?) AS i RETURNING id)
                      INSERT INTO run_task (run, node, element, round, task)
                      SELECT id, node, 0, 1, id FROM made CROSS JOIN generate_series(0, 1) AS node""",
                      low,
                      RUNS_A_DAY);
            });
  }

  private static List<UUID> submitted(int jobs) throws SQLException {
    List<NewJob> batch = IntStream.range(0, jobs).mapToObj(i -> stores.job().build()).toList();
    stores.submit(batch);
    return batch.stream().map(NewJob::id).toList();
  }

  /** Each statement once, on as many jobs; returns what was used per statement. */
  private static List<Use> use(List<UUID> ids) throws SQLException {
    List<Use> uses = new ArrayList<>();
    int half = ids.size() / 2;
    uses.add(tables.of("insert", () -> submitted(ids.size())));
    long session = stores.worker();
    List<ClaimedJob> running = new ArrayList<>();
    uses.add(
        tables.of(
            "claim", () -> running.addAll(stores.claim(session, ids.toArray(UUID[]::new)).jobs())));
    running.sort(Comparator.comparing(ClaimedJob::id));
    uses.add(tables.of("report", () -> stores.progress.report(reports(running), Stores.GRACE)));
    uses.add(
        tables.of(
            "complete",
            () ->
                stores.completions.complete(
                    retried(running.subList(0, half)), List.of(), Stores.GRACE)));
    stores.database.dsl().execute("UPDATE job SET max_attempts = 1 WHERE state = 'RUNNING'");
    List<UUID> failed = ids.subList(half, ids.size() - 1);
    stores.pass(Duration.ofHours(1));
    uses.add(tables.of("promote", () -> stores.timers.promote(1_000, false, Stores.GRACE)));
    uses.add(tables.of("expire", () -> stores.timers.expire(1_000, Stores.GRACE)));
    uses.add(tables.of("reap", () -> stores.reapAll()));
    uses.add(tables.of("relay", () -> stores.outbox.take(1_000, Stores.GRACE)));
    uses.add(tables.of("find", () -> stores.jobs.find("t", ids.getFirst())));
    uses.add(
        tables.of(
            "find many",
            () -> stores.jobs.find(ids.stream().map(id -> new JobRef("t", id)).toList())));
    uses.add(tables.of("result", () -> stores.jobs.result("t", ids.getFirst())));
    uses.add(tables.of("after", () -> stores.events.after("t", ids.getFirst(), 0, 100)));
    uses.add(tables.of("cancel", () -> stores.cancel(ids.getLast())));
    uses.add(
        tables.of(
            "retry",
            () -> new RetryStore(stores.database).retry("t", failed, null, "why", Stores.GRACE)));
    uses.add(
        tables.of(
            "checkpoint",
            () ->
                new CheckpointStore(stores.database)
                    .save(
                        running.stream()
                            .map(
                                j ->
                                    new CheckpointStore.Saved(
                                        j.id(), j.session(), j.attempt(), "1"))
                            .toList())));
    uses.add(tables.of("lane", () -> new QuarantineStore(stores.database).look(List.of("echo"))));
    uses.add(
        tables.of(
            "claim of the lane",
            () -> {
              long runner = stores.workers.register("q", List.of("default"), 1, true);
              new QuarantineStore(stores.database).claim(runner, 1, List.of("echo"), Stores.GRACE);
            }));
    uses.add(tables.of("signals", () -> stores.cancels.forgetSignals()));
    stores.limits.put(Scope.TYPE, "echo", ids.size(), null);
    List<NewJob> more = IntStream.range(0, ids.size()).mapToObj(i -> stores.job().build()).toList();
    stores.submit(more);
    uses.add(tables.of("admit", () -> stores.admit()));
    uses.add(tables.of("put limit", () -> stores.limits.put(Scope.TENANT, "t", 1, null)));
    stores.limits.delete(Scope.TENANT, "t");
    uses.add(tables.of("delete limit", () -> stores.limits.delete(Scope.TYPE, "echo")));
    List<NewJob> held = IntStream.range(0, ids.size()).mapToObj(i -> stores.job().build()).toList();
    stores.submissions.insert(held, job -> true, Stores.GRACE);
    uses.add(
        tables.of(
            "release",
            () ->
                stores.backlog.take(
                    stores.backlog.held("default", Priority.NORMAL, "").stream()
                        .map(h -> new BacklogStore.Share(h.id(), h.jobs()))
                        .toList(),
                    Stores.GRACE)));
    uses.add(
        tables.of(
            "settle",
            () -> {
              long late = stores.worker();
              stores.claims.claim(late, 1, held.stream().map(NewJob::id).toList(), Stores.GRACE);
              stores.claims.settle(late, 1);
            }));
    return uses;
  }

  private static List<ProgressStore.Report> reports(List<ClaimedJob> jobs) {
    return jobs.stream()
        .map(
            j ->
                new ProgressStore.Report(
                    j.id(), j.session(), j.attempt(), JobEvent.PROGRESS, 0.5, "half", null, null))
        .toList();
  }

  private static List<Completion> retried(List<ClaimedJob> jobs) {
    return jobs.stream()
        .map(
            j ->
                new Completion(
                    j.id(),
                    j.session(),
                    j.attempt(),
                    new Outcome.Retried(Stores.error(j), Duration.ofMinutes(30))))
        .toList();
  }

  @Test
  void statements_onALargeTable_touchTheirOwnRowsOnly() throws SQLException {
    List<UUID> ids = submitted(BATCH);
    List<Use> uses = use(ids);
    uses.forEach(System.out::println);
    for (Use use : uses) {
      assertThat(use.seqScans()).as(use.toString()).isZero();
      // A handful of index entries per job and statement; a scan would read a partition's 250,000.
      assertThat(use.indexRows()).as(use.toString()).isLessThan(25L * BATCH);
    }
    // Their ids are of today: what leads to the jobs by parameters touches no other partition.
    for (Use use : uses) {
      if (List.of("insert", "claim", "report", "complete", "find", "find many", "result", "after")
          .contains(use.statement())) {
        assertThat(use.otherPartitions()).as(use.toString()).isZero();
      }
    }
  }

  @Test
  void statementsOfRuns_onLargeTables_touchTheirOwnRowsOnly() throws SQLException {
    List<Use> uses = new RunStatements(stores, tables).use(BATCH);
    uses.forEach(System.out::println);
    for (Use use : uses) {
      assertThat(use.seqScans()).as(use.toString()).isZero();
      assertThat(use.indexRows()).as(use.toString()).isLessThan(50L * BATCH);
      if (RunStatements.HOT.contains(use.statement())) {
        assertThat(use.otherPartitions()).as(use.toString()).isZero();
      }
    }
  }

  @Test
  void claimAndComplete_tenThousandJobs_areHotUpdates() throws SQLException {
    int jobs = 10_000;
    long wal = tables.wal();
    Use use =
        tables.of(
            "lives",
            () -> {
              for (int i = 0; i < jobs / 250; i++) {
                live(250);
              }
            });
    System.out.printf(
        "%s; WAL per job %d bytes; HOT %d of %d updates; buffers per job %.1f%n",
        use,
        (tables.wal() - wal) / jobs,
        use.hotUpdates(),
        use.updates(),
        use.buffers() / (double) jobs);
    assertThat(use.updates()).isEqualTo(2L * jobs);
    // All of them when nothing else looks at the table; while PostgreSQL analyzes it, it keeps the
    // dead versions for that. With less room in the pages, fillfactor 40, they are 87 of 100.
    assertThat(use.hotUpdates()).isGreaterThan(use.updates() * 93 / 100);
  }

  /** Whole lives, as they are when all goes well. */
  private static void live(int jobs) throws SQLException {
    List<NewJob> batch = IntStream.range(0, jobs).mapToObj(i -> stores.job().build()).toList();
    var announced = stores.submit(batch).announcement();
    stores.outbox.delete(List.of(Objects.requireNonNull(announced).outboxId()));
    long session = stores.worker();
    List<UUID> ids = batch.stream().map(NewJob::id).toList();
    List<Completion> done =
        stores.claims.claim(session, 1, ids, Stores.GRACE).jobs().stream()
            .map(j -> new Completion(j.id(), j.session(), j.attempt(), new Outcome.Succeeded("1")))
            .sorted(Comparator.comparing(Completion::id))
            .toList();
    stores.completions.complete(
        done, List.of(new CompletionStore.FinishedClaim(session, 1)), Stores.GRACE);
  }
}
