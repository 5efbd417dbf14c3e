package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.Completion;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.RunTask;
import io.millrace.store.LandingStore.Landed;
import io.millrace.store.RunAdvanceStore.Advanced;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The completion: from RUNNING to where the outcome sends the job, fenced by session and attempt.
 */
public final class CompletionStore {
  private static final Logger log = LoggerFactory.getLogger(CompletionStore.class);

  /**
   * Where the job goes: its outcome's state, except READY under a limit or of the quarantine lane,
   * and anything cancelled.
   */
  private static final String NEXT =
      "CASE WHEN done.state = 'READY' AND job.cancel_requested_at IS NULL AND %s THEN 'BLOCKED'"
              .formatted(Moves.IN_LANE)
          + " ELSE job_next(done.state, job.cancel_requested_at, job.tenant, job.type) END";

  private static final String DETAIL =
      """
      CASE WHEN (%s) = 'CANCELLED' THEN json_build_object('reason', job.cancel_reason)
           WHEN done.error_kind IS NOT NULL THEN json_build_object('error',
             json_build_object('kind', done.error_kind, 'message', done.error_message))
           WHEN done.why IS NOT NULL THEN json_build_object('why', done.why) END\
      """
          .formatted(NEXT);

  private static final String COMPLETE =
      """
      WITH done AS (
        SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::int[], ?::text[], ?::int[], ?::text[],
                             ?::text[], ?::text[], ?::bigint[], ?::text[])
          AS t (id, session, attempt, state, cost, result, error_kind, error_message,
                delay_millis, why)),
      moved AS (
        UPDATE job SET state = %1$s, session = NULL, limited = false,
                       failures = failures + done.cost,
                       result = done.result::json,
                       error_kind = coalesce(done.error_kind, job.error_kind),
                       error_message = coalesce(done.error_message, job.error_message),
                       error_attempt = CASE WHEN done.error_kind IS NULL THEN error_attempt
                                            ELSE done.attempt END,
                       run_at = CASE WHEN done.state = 'SCHEDULED'
                                     THEN now() + done.delay_millis * interval '1 millisecond'
                                     ELSE run_at END,
                       ready_at = CASE WHEN done.state = 'READY' THEN now() ELSE ready_at END,
                       finished_at = CASE WHEN (%1$s) IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
                                          THEN now() END,
                       cancel_requested_at = CASE WHEN done.state = 'CANCELLED'
                                                  THEN coalesce(cancel_requested_at, now())
                                                  ELSE cancel_requested_at END,
                       %2$s
          FROM done
         WHERE job.id = done.id AND job.id = ANY (?::uuid[]) AND job.id BETWEEN ? AND ?
           AND job.state = 'RUNNING'
           AND job.session = done.session AND job.attempt = done.attempt
        RETURNING %3$s, %4$s AS detail, job.run_at),
      timed AS (
        INSERT INTO job_timer (run_at, job_id, kind)
        SELECT run_at, id, 'RUN' FROM moved WHERE state = 'SCHEDULED'
        ON CONFLICT DO NOTHING),
      freed AS (
        DELETE FROM claim USING unnest(?::bigint[], ?::bigint[]) AS f (session, batch)
         WHERE claim.session = f.session AND claim.batch = f.batch),
      %5$s,
      %6$s,
      %7$s,
      %8$s,
      %9$s
      SELECT %10$s FROM moved"""
          .formatted(
              NEXT,
              Moves.logged("(" + NEXT + ")::text", "job.attempt", DETAIL),
              Moves.ENDING,
              DETAIL.replace("job.cancel_requested_at", "old.cancel_requested_at"),
              Moves.counted("moved"),
              Moves.released("moved"),
              Moves.blocked("moved"),
              Moves.reported("moved") + ",\n" + Moves.lettered("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

  /** What an attempt has used is added before its outcome is recorded, under the same fence. */
  private static final String USED =
      """
      UPDATE job SET usage = (
               SELECT jsonb_object_agg(key, amount) FROM (
                 SELECT key, least(sum(value::numeric), %d) AS amount FROM (
                   SELECT * FROM jsonb_each_text(coalesce(job.usage, '{}'))
                   UNION ALL SELECT * FROM jsonb_each_text(done.usage::jsonb)) AS every
                  GROUP BY key ORDER BY key LIMIT %d) AS summed)
        FROM unnest(?::uuid[], ?::bigint[], ?::int[], ?::text[])
             AS done (id, session, attempt, usage)
       WHERE job.id = done.id AND job.id = ANY (?::uuid[]) AND job.id BETWEEN ? AND ?
         AND job.state = 'RUNNING'
         AND job.session = done.session AND job.attempt = done.attempt"""
          .formatted(Limits.MAX_USAGE_OF_JOB, Limits.MAX_USAGE_NAMES_OF_JOB);

  /** The runs whose tasks these jobs are, if they have ended. */
  private static final String RUNS =
      """
      SELECT DISTINCT run FROM job
       WHERE job.id = ANY (?::uuid[]) AND job.id BETWEEN ? AND ?
         AND run IS NOT NULL AND finished_at IS NOT NULL""";

  /**
   * The same for jobs that have all succeeded, when no events are published: nothing becomes READY,
   * waits or failed, so most of the parts above have nothing to do.
   */
  private static final String SUCCEED = succeed("", "");

  /** The same with the tasks of runs that they are; nothing is written down for those runs. */
  private static final String SUCCEED_IN_RUNS =
      succeed(
          ", job.run, job.run_node, job.run_element, job.run_round",
          ", run, run_node, run_element, run_round");

  private static String succeed(String returned, String selected) {
    return """
      WITH done AS (
        SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::int[], ?::text[])
          AS t (id, session, attempt, result)),
      moved AS (
        UPDATE job SET state = 'SUCCEEDED', session = NULL, limited = false,
                       result = done.result::json, finished_at = now(), %s
          FROM done
         WHERE job.id = done.id AND job.id = ANY (?::uuid[]) AND job.id BETWEEN ? AND ?
           AND job.state = 'RUNNING'
           AND job.session = done.session AND job.attempt = done.attempt
        RETURNING job.id, job.pool, job.priority, job.state, old.state AS was,
                  old.limited AS was_limited%s),
      freed AS (
        DELETE FROM claim USING unnest(?::bigint[], ?::bigint[]) AS f (session, batch)
         WHERE claim.session = f.session AND claim.batch = f.batch),
      %s,
      %s
      SELECT id, was_limited%s FROM moved"""
        .formatted(
            Moves.logged("'SUCCEEDED'", "job.attempt", "NULL"),
            returned,
            Moves.counted("moved"),
            Moves.released("moved"),
            selected);
  }

  private final Database database;
  private final @Nullable Runs runs;
  private final LandingStore landing;

  /** A store that leaves it to others to advance the runs whose tasks have ended. */
  public CompletionStore(Database database) {
    this(database, null);
  }

  /** A store that advances runs in the transaction that ends their tasks. */
  public CompletionStore(Database database, @Nullable Runs runs) {
    this.database = database;
    this.runs = runs;
    this.landing = new LandingStore(database);
  }

  /** How runs are advanced. */
  public record Runs(
      RunAdvanceStore store,
      RunAdvanceStore.Decision decision,
      Predicate<NewJob> heldBack,
      @Nullable Successors successors) {
    /** The same with a worker that takes the next jobs at once. */
    public Runs with(Successors worker) {
      return new Runs(store, decision, heldBack, worker);
    }
  }

  /** A claim all of whose jobs are in the batch or were before; its row goes. */
  public record FinishedClaim(long session, long batch) {}

  /**
   * What was written.
   *
   * @param recorded the ids whose outcome stands; one that is missing had lost its lease
   * @param announcement the jobs that became READY again and the events, or null
   * @param freedPlaces whether a place under a limit became free
   * @param advanced the runs that went on, or null
   * @param landed what followed for those who waited for these jobs
   */
  public record Recorded(
      Set<UUID> recorded,
      @Nullable Announcement announcement,
      boolean freedPlaces,
      @Nullable Advanced advanced,
      Landed landed) {
    private Recorded with(@Nullable Advanced then) {
      return new Recorded(recorded, announcement, freedPlaces, then, landed);
    }

    private Recorded with(Landed then) {
      return new Recorded(recorded, announcement, freedPlaces, advanced, then);
    }
  }

  /**
   * Records outcomes in one transaction. By {@code job_pkey}; locks the job rows in the order
   * given. A completion whose session or attempt no longer match writes nothing. A job that
   * somebody has asked to cancel becomes CANCELLED where its outcome would have it run again.
   *
   * @param completions at most one per job, perhaps none, in ascending order of id
   * @param claims claims that end with this batch
   * @param grace how long a relay leaves the outbox row to the caller
   */
  public Recorded complete(List<Completion> completions, List<FinishedClaim> claims, Duration grace)
      throws SQLException {
    List<Row> rows = completions.stream().map(CompletionStore::row).toList();
    boolean cached = completions.stream().anyMatch(Completion::cached);
    boolean plain =
        rows.stream().allMatch(row -> row.state() == JobState.SUCCEEDED)
            && !database.publishesEvents()
            && !cached;
    if (cached || completions.stream().anyMatch(done -> done.inRun() || done.usage() != null)) {
      return recordAndAdvance(rows, claims, plain, grace);
    }
    try (Connection connection = database.connection()) {
      return plain
          ? succeed(connection, SUCCEED, rows, claims, ended -> {})
          : record(connection, rows, claims, grace);
    }
  }

  /** Jobs that the runs start are handed to this worker where it has room for them. */
  private Recorded recordAndAdvance(
      List<Row> rows, List<FinishedClaim> claims, boolean plain, Duration grace)
      throws SQLException {
    HandOver handOver = new HandOver(runs == null ? null : runs.successors());
    Recorded done;
    try {
      done =
          database.inTransaction(
              connection -> {
                used(connection, rows.stream().filter(row -> row.fence().usage() != null).toList());
                return plain && runs != null
                    ? succeedAndAdvance(connection, rows, claims, runs, handOver, grace)
                    : recordAndAdvance(connection, rows, claims, handOver, grace);
              });
    } catch (SQLException | RuntimeException | Error e) {
      handOver.inDoubt();
      throw e;
    }
    handOver.committed();
    return done;
  }

  private Recorded recordAndAdvance(
      Connection connection,
      List<Row> rows,
      List<FinishedClaim> claims,
      HandOver handOver,
      Duration grace)
      throws SQLException {
    Recorded recorded = record(connection, rows, claims, grace);
    Recorded done =
        rows.stream().anyMatch(row -> row.fence().cached())
            ? recorded.with(land(connection, recorded, grace))
            : recorded;
    List<UUID> ended = done.recorded().isEmpty() ? List.of() : runs(connection, done);
    if (runs == null || ended.isEmpty()) {
      return done;
    }
    return done.with(advance(connection, runs, ended, List.of(), handOver, grace));
  }

  /** What has ended goes straight to the runs, and into their inbox only when that fails. */
  private Recorded succeedAndAdvance(
      Connection connection,
      List<Row> rows,
      List<FinishedClaim> claims,
      Runs into,
      HandOver handOver,
      Duration grace)
      throws SQLException {
    List<EndedTask> ended = new ArrayList<>(rows.size());
    Recorded done = succeed(connection, SUCCEED_IN_RUNS, rows, claims, ended::add);
    if (ended.isEmpty()) {
      return done;
    }
    Set<UUID> told = new LinkedHashSet<>();
    ended.forEach(one -> told.add(one.task().run()));
    Advanced advanced = advance(connection, into, told, ended, handOver, grace);
    if (advanced == null) {
      RunWrites.report(connection, ended);
    }
    return done.with(advanced);
  }

  /**
   * A run that cannot be advanced now does not hold up what has ended: that is recorded, and the
   * run advanced later, by what is written down for it.
   *
   * @return null when they could not be advanced
   */
  private static @Nullable Advanced advance(
      Connection connection,
      Runs into,
      Collection<UUID> ids,
      List<EndedTask> ended,
      HandOver handOver,
      Duration grace)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      return into.store.advance(
          connection, ids, ended, into.decision, into.heldBack, handOver, grace);
    } catch (SQLException | RuntimeException e) {
      log.warn("runs not advanced yet runs={} error={}", ids.size(), e.toString());
      handOver.undone();
      connection.rollback(before);
      return null;
    }
  }

  private static void used(Connection connection, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(USED)) {
      bindFence(connection, statement, rows);
      statement.setArray(4, Arrays.texts(connection, rows, row -> row.fence().usage()));
      Arrays.range(connection, statement, 5, rows.stream().map(row -> row.fence().id()).toList());
      statement.executeUpdate();
    }
  }

  /** What cannot land now does not hold up what has ended either: it is written down for later. */
  private Landed land(Connection connection, Recorded done, Duration grace) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      List<UUID> jobs = List.copyOf(done.recorded());
      return landing.land(connection, jobs, grace, Math.max(1, jobs.size()));
    } catch (SQLException | RuntimeException e) {
      log.warn("results not kept yet jobs={} error={}", done.recorded().size(), e.toString());
      connection.rollback(before);
      return Landed.NONE;
    }
  }

  private static List<UUID> runs(Connection connection, Recorded done) throws SQLException {
    List<UUID> runs = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(RUNS)) {
      List<UUID> jobs = new ArrayList<>(done.recorded());
      jobs.addAll(done.landed().answered());
      Arrays.range(connection, statement, 1, jobs);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          runs.add(rows.getObject(1, UUID.class));
        }
      }
    }
    return runs;
  }

  private static Recorded succeed(
      Connection connection,
      String sql,
      List<Row> rows,
      List<FinishedClaim> claims,
      Consumer<EndedTask> ended)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bindFence(connection, statement, rows);
      statement.setArray(4, Arrays.texts(connection, rows, Row::result));
      bindReach(connection, statement, 5, rows, claims);
      Map<UUID, Row> sent = HashMap.newHashMap(rows.size());
      rows.forEach(row -> sent.put(row.fence().id(), row));
      Set<UUID> recorded = HashSet.newHashSet(rows.size());
      boolean freedPlaces = false;
      try (ResultSet moved = statement.executeQuery()) {
        boolean hasTasks = moved.getMetaData().getColumnCount() > 2;
        while (moved.next()) {
          UUID id = moved.getObject(1, UUID.class);
          recorded.add(id);
          freedPlaces |= moved.getBoolean(2);
          UUID run = hasTasks ? moved.getObject(3, UUID.class) : null;
          Row row = sent.get(id);
          if (run != null && row != null) {
            RunTask task = new RunTask(run, moved.getInt(4), moved.getInt(5), moved.getInt(6));
            ended.accept(new EndedTask(task, id, row.result()));
          }
        }
      }
      return new Recorded(recorded, null, freedPlaces, null, Landed.NONE);
    }
  }

  private Recorded record(
      Connection connection, List<Row> rows, List<FinishedClaim> claims, Duration grace)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COMPLETE)) {
      bindFence(connection, statement, rows);
      statement.setArray(4, Arrays.texts(connection, rows, row -> row.state().name()));
      Arrays.ints(statement, 5, rows, Row::cost);
      statement.setArray(6, Arrays.texts(connection, rows, Row::result));
      statement.setArray(7, Arrays.texts(connection, rows, Row::errorKind));
      statement.setArray(8, Arrays.texts(connection, rows, Row::errorMessage));
      Arrays.longs(statement, 9, rows, Row::delayMillis);
      statement.setArray(10, Arrays.texts(connection, rows, Row::why));
      bindReach(connection, statement, 11, rows, claims);
      Moves.bindAnnounced(statement, 16, grace, database);
      List<Moves.Move> moves = Moves.readAll(statement);
      return new Recorded(
          moves.stream().map(Moves.Move::id).collect(Collectors.toSet()),
          Moves.announcement(moves, database),
          Moves.freedPlaces(moves),
          null,
          Landed.NONE);
    }
  }

  private static void bindFence(Connection connection, PreparedStatement statement, List<Row> rows)
      throws SQLException {
    statement.setArray(1, Arrays.uuids(connection, rows, row -> row.fence().id()));
    Arrays.longs(statement, 2, rows, row -> row.fence().session());
    Arrays.ints(statement, 3, rows, row -> row.fence().attempt());
  }

  /** Which jobs and which claims it is about. */
  private static void bindReach(
      Connection connection,
      PreparedStatement statement,
      int index,
      List<Row> rows,
      List<FinishedClaim> claims)
      throws SQLException {
    Arrays.range(connection, statement, index, rows.stream().map(row -> row.fence().id()).toList());
    Arrays.longs(statement, index + 3, claims, FinishedClaim::session);
    Arrays.longs(statement, index + 4, claims, FinishedClaim::batch);
  }

  /** One outcome as columns. */
  private record Row(
      Completion fence,
      JobState state,
      int cost,
      @Nullable String result,
      @Nullable JobError error,
      Duration delay,
      @Nullable String why) {
    @Nullable String errorKind() {
      return error == null ? null : error.kind().name();
    }

    @Nullable String errorMessage() {
      return error == null ? null : error.message();
    }

    long delayMillis() {
      return delay.toMillis();
    }
  }

  private static Row row(Completion c) {
    return switch (c.outcome()) {
      case Outcome.Succeeded(String result) ->
          new Row(c, to(JobState.SUCCEEDED), 0, result, null, Duration.ZERO, null);
      case Outcome.Failed(JobError error) ->
          new Row(c, to(JobState.FAILED), 1, null, error, Duration.ZERO, null);
      case Outcome.Retried(JobError error, Duration delay) ->
          new Row(c, to(JobState.SCHEDULED), 1, null, error, delay, null);
      case Outcome.Cancelled() ->
          new Row(c, to(JobState.CANCELLED), 0, null, null, Duration.ZERO, null);
      case Outcome.HandedBack(Duration delay, String why) -> {
        JobState next = delay.isZero() ? JobState.READY : JobState.SCHEDULED;
        yield new Row(c, to(next), 0, null, null, delay, why);
      }
    };
  }

  private static JobState to(JobState state) {
    return JobState.RUNNING.moveTo(state);
  }
}
