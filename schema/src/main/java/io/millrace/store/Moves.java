package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobEvent;
import io.millrace.model.JobPointer;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.Priority;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What every statement that moves jobs has in common: common table expressions that keep the books
 * from a CTE named {@code moved}, and the reading of what it moved.
 *
 * <p>What keeps the books deletes rows that an earlier move of the same job wrote. A statement sees
 * what was committed when it began, but moves a job as it is once its row is locked. So whoever
 * moves jobs that others may be moving, and takes their rows away, locks the jobs by a statement of
 * its own first ({@link CancelStore}, {@link TimerStore#expire}, {@link RetryStore}). Completions
 * and the reaper need not: nobody else moves a job that runs under a session.
 *
 * <p>{@code moved} has {@link #COLUMNS} and a {@code detail} of type json, or null: what the job's
 * log says about the move beside the state it entered.
 */
final class Moves {
  /** What {@code moved} returns of an updated job, beside {@code detail}. */
  static final String COLUMNS =
      """
      job.id, job.tenant, job.type, job.pool, job.priority, job.state, old.state AS was,
      job.attempt, job.events, old.limited AS was_limited, job.error_kind, job.labels,
      job.crashes\
      """;

  /** The same with the task of a run that the job is and its key, for statements that end jobs. */
  static final String ENDING =
      COLUMNS + ", job.run, job.run_node, job.run_element, job.run_round, job.cache_key";

  /** True of a job that workers keep dying of: it runs in the quarantine lane and nowhere else. */
  static final String IN_LANE = "job.crashes >= " + Limits.CRASHES_BEFORE_QUARANTINE;

  /** The transaction's time; as a query of its own it is worked out once, not once per row. */
  static final String NOW_MILLIS = "(SELECT (extract(epoch FROM now()) * 1000)::bigint)";

  private static final String FIELDS =
      "id, tenant, type, pool, priority, state, attempt, events, "
          + NOW_MILLIS
          + ", detail, was_limited, ";

  /** What a statement selects from {@code moved} at its end; {@link #read} reads it. */
  static final String SELECTED = FIELDS + "(SELECT id FROM announced) AS outbox_id";

  /** The same for a statement without {@link #announced}. */
  static final String SELECTED_QUIETLY = FIELDS + "NULL::bigint AS outbox_id";

  private Moves() {}

  /** Assignments that append a line to a job's history; both are SQL expressions. */
  static String logged(String kind, String attempt, String detail) {
    return "events = job.events + 1, history = history_add(job.history, "
        + line("(job.events + 1)", "(" + kind + ")", "(" + attempt + ")", "(" + detail + ")")
        + ")";
  }

  /**
   * A line of a job's history, as the function {@code history_line} makes it. Put together from
   * text, since the building of a JSON array costs more than the rest of a move; the time once for
   * all rows, and the end once for all where no job has a detail.
   */
  private static String line(String n, String kind, String attempt, String detail) {
    return """
        '[' || %s || (SELECT ', ' || %s || ', "') || %s || '", ' || %s
            || (', ' || coalesce(%s::text, 'null') || E']\\n')"""
        .formatted(n, NOW_MILLIS, kind, attempt, detail);
  }

  /** Keeps the queue counters: less where the jobs were, more where they are. */
  static String counted(String moved) {
    return """
        counted AS (
          INSERT INTO queue_delta (pool, priority, day, state, jobs)
          SELECT pool, priority, day, side.state, side.jobs
            FROM (SELECT pool, priority, job_day(id) AS day, was, state, count(*) AS jobs
                    FROM %s GROUP BY 1, 2, 3, 4, 5) AS flow
           CROSS JOIN LATERAL (VALUES (flow.was, -flow.jobs), (flow.state, flow.jobs))
                   AS side (state, jobs)
           WHERE side.state IS NOT NULL)"""
        .formatted(moved);
  }

  /** Keeps the queue counters for jobs that were not there before. */
  static String countedNew(String moved) {
    return """
        counted AS (
          INSERT INTO queue_delta (pool, priority, day, state, jobs)
          SELECT pool, priority, job_day(id), state, count(*)
            FROM %s GROUP BY pool, priority, job_day(id), state)"""
        .formatted(moved);
  }

  /** Gives back the permits of jobs that leave READY and RUNNING; a started rate permit stays. */
  static String released(String moved) {
    return """
        released AS (
          DELETE FROM permit
           WHERE job_id = ANY (ARRAY(SELECT id FROM %s WHERE was_limited))
             AND (kind = 'RUN' OR free_at IS NULL))"""
        .formatted(moved);
  }

  /** Queues those that became BLOCKED: for the quarantine lane, or for a place under a limit. */
  static String blocked(String moved) {
    return """
        waiting AS (
          INSERT INTO job_blocked (job_id, tenant, type, pool, priority)
          SELECT id, tenant, type, pool, priority FROM %1$s
           WHERE state = 'BLOCKED' AND crashes < %2$d
          ON CONFLICT DO NOTHING),
        laned AS (
          INSERT INTO job_quarantine (job_id)
          SELECT id FROM %1$s WHERE state = 'BLOCKED' AND crashes >= %2$d
          ON CONFLICT DO NOTHING)"""
        .formatted(moved, Limits.CRASHES_BEFORE_QUARANTINE);
  }

  /** Queues those new jobs that are BLOCKED for a place under a limit. */
  static String blockedNew(String moved) {
    return """
        waiting AS (
          INSERT INTO job_blocked (job_id, tenant, type, pool, priority)
          SELECT id, tenant, type, pool, priority FROM %s WHERE state = 'BLOCKED')"""
        .formatted(moved);
  }

  /** Takes those that were BLOCKED out of the tables they waited in. */
  static String unblocked(String moved) {
    return """
        unblocked AS (
          DELETE FROM job_blocked
           WHERE job_id = ANY (ARRAY(SELECT id FROM %1$s WHERE was = 'BLOCKED'))),
        unlaned AS (
          DELETE FROM job_quarantine
           WHERE job_id = ANY (ARRAY(SELECT id FROM %1$s WHERE was = 'BLOCKED')))"""
        .formatted(moved);
  }

  /**
   * Tells runs which of their tasks have ended, and the cache which jobs with a key have; {@code
   * moved} has {@link #ENDING}.
   */
  static String reported(String moved) {
    return """
        reported AS (
          INSERT INTO run_inbox (run, kind, node, element, round, task)
          SELECT run, 'TASK', run_node, run_element, run_round, id FROM %1$s
           WHERE run IS NOT NULL
             AND state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED')),
        landed AS (
          INSERT INTO cache_landing (job_id, key)
          SELECT id, cache_key FROM %1$s
           WHERE cache_key IS NOT NULL
             AND state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED')
          ON CONFLICT DO NOTHING)"""
        .formatted(moved);
  }

  /**
   * Lists those that became FAILED among the dead letters, but for tasks of runs: what is to be run
   * again is the run. {@code moved} has {@link #ENDING}.
   */
  static String lettered(String moved) {
    return """
        lettered AS (
          INSERT INTO dead_letter (job_id, tenant, type, kind, labels)
          SELECT id, tenant, type, error_kind, labels FROM %s
           WHERE state = 'FAILED' AND run IS NULL
          ON CONFLICT (job_id) DO UPDATE SET kind = excluded.kind, failed_at = excluded.failed_at)"""
        .formatted(moved);
  }

  /**
   * One outbox row for the READY ones, due after {@code ?} milliseconds, and for the events of all,
   * if they are published. Its parameters are bound by {@link #bindAnnounced}.
   */
  static String announced(String moved) {
    return announced(moved, "true");
  }

  /** As above; only READY ones that fit the condition are announced. */
  static String announced(String moved, String condition) {
    return """
        announced AS (
          INSERT INTO outbox (due_at, job_ids, event_ids, event_numbers)
          SELECT now() + ? * interval '1 millisecond',
                 coalesce(array_agg(id) FILTER (WHERE state = 'READY' AND %2$s), '{}'),
                 CASE WHEN publish.yes THEN array_agg(id) END,
                 CASE WHEN publish.yes THEN array_agg(events) END
            FROM %1$s CROSS JOIN (SELECT ?::boolean AS yes) AS publish
           WHERE publish.yes OR (state = 'READY' AND %2$s)
           GROUP BY publish.yes
          RETURNING id)"""
        .formatted(moved, condition);
  }

  /** Binds what {@link #announced} needs from an index on. */
  static void bindAnnounced(
      PreparedStatement statement, int index, Duration grace, Database database)
      throws SQLException {
    statement.setLong(index, grace.toMillis());
    statement.setBoolean(index + 1, database.publishesEvents());
  }

  /** One job that moved. */
  record Move(
      UUID id,
      String tenant,
      String type,
      String pool,
      Priority priority,
      JobState state,
      int attempt,
      int event,
      Instant at,
      @Nullable String detail,
      boolean wasLimited,
      @Nullable Long outboxId) {
    JobPointer pointer() {
      return new JobPointer(id, tenant, pool, priority);
    }

    JobEvent toEvent() {
      return toEvent(state.name());
    }

    JobEvent toEvent(String kind) {
      return new JobEvent(id, tenant, type, event, at, kind, attempt, detail);
    }
  }

  /** Reads the row of {@link #SELECTED} that the result stands on. */
  static Move read(ResultSet row) throws SQLException {
    long outboxId = row.getLong(12);
    boolean none = row.wasNull();
    return new Move(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        Priority.ofCode(row.getInt(5)),
        JobState.valueOf(row.getString(6)),
        row.getInt(7),
        row.getInt(8),
        Instant.ofEpochMilli(row.getLong(9)),
        row.getString(10),
        row.getBoolean(11),
        none ? null : outboxId);
  }

  static List<Move> readAll(PreparedStatement statement) throws SQLException {
    List<Move> moves = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        moves.add(read(rows));
      }
    }
    return moves;
  }

  /** What others are to learn of the moves, or null when nobody needs to. */
  static @Nullable Announcement announcement(List<Move> moves, Database database) {
    Long outboxId = moves.isEmpty() ? null : moves.getFirst().outboxId();
    if (outboxId == null) {
      return null;
    }
    return new Announcement(
        outboxId,
        moves.stream().filter(move -> move.state() == JobState.READY).map(Move::pointer).toList(),
        database.publishesEvents() ? moves.stream().map(Move::toEvent).toList() : List.of());
  }

  /** Whether any of them gave a place under a limit back, so that another job may take it. */
  static boolean freedPlaces(List<Move> moves) {
    return moves.stream().anyMatch(Move::wasLimited);
  }
}
