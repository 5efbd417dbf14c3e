package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Timers: SCHEDULED jobs whose time has come, deadlines and queue timeouts that have passed. */
public final class TimerStore {
  /**
   * How long a passed deadline is left to the worker that runs the job, before it is asked again.
   */
  private static final String AGAIN = "interval '5 seconds'";

  private static final String TAKEN =
      """
      picked AS MATERIALIZED (
        SELECT run_at, job_id, kind FROM job_timer WHERE run_at <= now() AND kind %s
         ORDER BY run_at, job_id LIMIT ? FOR UPDATE SKIP LOCKED),
      due AS (
        DELETE FROM job_timer USING picked AS d
         WHERE job_timer.run_at BETWEEN (SELECT min(run_at) FROM picked)
                                    AND (SELECT max(run_at) FROM picked)
           AND job_timer.run_at = d.run_at AND job_timer.job_id = d.job_id
           AND job_timer.kind = d.kind
        RETURNING job_timer.job_id, job_timer.kind)""";

  /** Where a due job goes. */
  private static final String NEXT =
      "CASE WHEN %s THEN 'BLOCKED' ELSE job_gate(job.tenant, job.type) END"
          .formatted(Moves.IN_LANE);

  private static final String PROMOTE =
      """
      WITH %1$s,
      locked AS (
        SELECT j.id FROM (SELECT DISTINCT job_id FROM due ORDER BY job_id) AS d
         CROSS JOIN LATERAL (
               SELECT id FROM job WHERE job.id = d.job_id AND state = 'SCHEDULED'
                  AND run_at <= now() FOR NO KEY UPDATE) AS j),
      moved AS (
        UPDATE job SET state = %8$s, ready_at = now(), %2$s
         WHERE job.id = ANY (ARRAY(SELECT id FROM locked))
        RETURNING %3$s, NULL::json AS detail),
      held AS (SELECT * FROM moved WHERE ? AND state = 'READY'),
      backlogged AS (
        INSERT INTO backlog (pool, priority, tenant, jobs, job_ids)
        SELECT pool, priority, tenant, count(*), array_agg(id ORDER BY id)
          FROM held GROUP BY pool, priority, tenant),
      %4$s,
      %5$s,
      %6$s
      SELECT %7$s FROM moved"""
          .formatted(
              TAKEN.formatted("= 'RUN'"),
              Moves.logged("(" + NEXT + ")::text", "job.attempt", "NULL"),
              Moves.COLUMNS,
              Moves.counted("moved"),
              Moves.blocked("moved"),
              Moves.announced("moved", "id NOT IN (SELECT id FROM held)"),
              Moves.SELECTED,
              NEXT);

  /** So that a limit that changes waits for all of this, and this for none of it in the middle. */
  private static final String SHARE = "LOCK TABLE permit IN ROW EXCLUSIVE MODE";

  private static final String DUE =
      """
      WITH %s
      SELECT j.id, k.kind FROM (
             SELECT job_id, array_agg(DISTINCT kind) AS kinds FROM due
              GROUP BY job_id ORDER BY job_id) AS d
       CROSS JOIN LATERAL (
             SELECT id FROM job
              WHERE job.id = d.job_id AND finished_at IS NULL FOR NO KEY UPDATE) AS j
       CROSS JOIN LATERAL unnest(d.kinds) AS k (kind)"""
          .formatted(TAKEN.formatted("<> 'RUN'"));

  private static final String EXPIRE =
      """
      WITH passed AS (
        SELECT DISTINCT ON (j.id) j.id, j.state, j.session,
               CASE d.kind WHEN 'DEADLINE' THEN 'DEADLINE' ELSE 'QUEUE_TIMEOUT' END AS error,
               CASE d.kind WHEN 'DEADLINE' THEN 'the job did not end before its deadline'
                    ELSE 'the job did not start within its queue timeout of '
                         || j.queue_timeout_millis || ' ms' END AS message
          FROM unnest(?::uuid[], ?::text[]) AS d (id, kind)
         CROSS JOIN LATERAL (
               SELECT id, state, session, attempt, deadline, queue_timeout_millis,
                      coalesce(run_at, created_at)
                        + queue_timeout_millis * interval '1 millisecond' AS start_by
                 FROM job WHERE job.id = d.id AND finished_at IS NULL OFFSET 0) AS j
         WHERE (d.kind = 'DEADLINE' AND j.deadline <= now())
            OR (d.kind = 'QUEUE' AND j.start_by <= now() AND j.attempt = 0
                AND j.state IN ('SCHEDULED', 'READY', 'BLOCKED', 'WAITING'))
         ORDER BY j.id, d.kind),
      moved AS (
        UPDATE job SET state = 'FAILED', finished_at = now(), limited = false,
                       error_kind = passed.error, error_message = passed.message,
                       error_attempt = job.attempt, %1$s
          FROM passed
         WHERE job.id = ANY (ARRAY(SELECT id FROM passed WHERE state <> 'RUNNING'))
           AND job.id = passed.id
        RETURNING %2$s, %3$s AS detail),
      told AS (
        INSERT INTO job_signal (session, job_id, kind)
        SELECT session, id, 'DEADLINE' FROM passed WHERE state = 'RUNNING'
        ON CONFLICT DO NOTHING),
      again AS (
        INSERT INTO job_timer (run_at, job_id, kind)
        SELECT now() + %10$s, id, 'DEADLINE' FROM passed WHERE state = 'RUNNING'
        ON CONFLICT DO NOTHING),
      %4$s,
      %5$s,
      %6$s,
      %7$s,
      %8$s
      SELECT %9$s FROM moved"""
          .formatted(
              Moves.logged("'FAILED'", "job.attempt", error()),
              Moves.ENDING,
              error(),
              Moves.counted("moved"),
              Moves.released("moved"),
              Moves.unblocked("moved"),
              Moves.reported("moved") + ",\n" + Moves.lettered("moved"),
              Moves.announced("moved"),
              Moves.SELECTED,
              AGAIN);

  private final Database database;

  public TimerStore(Database database) {
    this.database = database;
  }

  private static String error() {
    return "json_build_object('error', json_build_object('kind', passed.error, 'message',"
        + " passed.message))";
  }

  /**
   * What became of due timers.
   *
   * @param jobs how many jobs moved
   * @param announcement those that became READY and are to be announced, and the events; or null
   * @param places whether jobs wait for, or gave back, a place under a limit
   */
  public record Moved(int jobs, @Nullable Announcement announcement, boolean places) {}

  /**
   * Makes due jobs READY, or BLOCKED where a limit applies, in one transaction, the longest due
   * first. By {@code job_timer_pkey} and {@code job_pkey}; timers another process is promoting are
   * skipped. Locks the jobs in id order. A timer of a time that is no longer the job's moves
   * nothing.
   *
   * @param limit most jobs, at least 1
   * @param holdBack true sends them to the backlog instead of announcing them
   */
  public Moved promote(int limit, boolean holdBack, Duration grace) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(PROMOTE)) {
      statement.setInt(1, limit);
      statement.setBoolean(2, holdBack);
      Moves.bindAnnounced(statement, 3, grace, database);
      List<Moves.Move> moves = Moves.readAll(statement);
      Announcement all = Moves.announcement(moves, database);
      return new Moved(
          moves.size(),
          all != null && holdBack ? new Announcement(all.outboxId(), List.of(), all.events()) : all,
          moves.stream().anyMatch(move -> move.state() == JobState.BLOCKED));
    }
  }

  /**
   * Fails jobs whose deadline has passed, and jobs that have not started within their queue
   * timeout; in one transaction, by {@code job_timer_pkey} and {@code job_pkey}; locks the jobs in
   * id order, then reads them anew, see {@link Moves}. A RUNNING job past its deadline is left to
   * its worker, which is told; its timer is set again, for the job that comes back from its worker
   * unfinished. A timer of a time that is no longer the job's, since somebody had it run again,
   * moves nothing.
   *
   * @param limit most timers, at least 1
   */
  public Moved expire(int limit, Duration grace) throws SQLException {
    List<Moves.Move> moves = database.inTransaction(connection -> expire(connection, limit, grace));
    return new Moved(moves.size(), Moves.announcement(moves, database), Moves.freedPlaces(moves));
  }

  private List<Moves.Move> expire(Connection connection, int limit, Duration grace)
      throws SQLException {
    record Due(UUID job, String kind) {}
    List<Due> due = new ArrayList<>();
    try (PreparedStatement share = connection.prepareStatement(SHARE);
        PreparedStatement take = connection.prepareStatement(DUE)) {
      share.execute();
      take.setInt(1, limit);
      try (ResultSet rows = take.executeQuery()) {
        while (rows.next()) {
          due.add(new Due(rows.getObject(1, UUID.class), rows.getString(2)));
        }
      }
    }
    if (due.isEmpty()) {
      return List.of();
    }
    try (PreparedStatement statement = connection.prepareStatement(EXPIRE)) {
      statement.setArray(1, Arrays.uuids(connection, due, Due::job));
      statement.setArray(2, Arrays.texts(connection, due, Due::kind));
      Moves.bindAnnounced(statement, 3, grace, database);
      return Moves.readAll(statement);
    }
  }
}
