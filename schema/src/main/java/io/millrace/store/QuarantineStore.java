package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quarantine lane: jobs whose workers died while they ran them. One of them runs at a time, in
 * the whole installation, under a session that runs nothing else.
 */
public final class QuarantineStore {
  /** Jobs of the lane looked at in one claim, when limits hold the first ones. */
  private static final int CANDIDATES = 1_000;

  /** Held to the end of a claim: who claims from the lane next sees what this one took. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(4242010)";

  private static final String LOCK_LIMITS = "SELECT id FROM run_limit ORDER BY id FOR UPDATE";

  private static final String LOOK =
      """
      WITH mine AS (
        SELECT q.since FROM (SELECT job_id, since FROM job_quarantine
                              ORDER BY since, job_id LIMIT %d) AS q
         CROSS JOIN LATERAL (
               SELECT FROM job
                WHERE job.id = q.job_id AND job.type = ANY (?::text[]) OFFSET 0) AS job)
      SELECT (SELECT count(*) FROM job_quarantine), (SELECT count(*) FROM mine),
             coalesce((SELECT (extract(epoch FROM now() - min(since)) * 1000)::bigint FROM mine), 0),
             EXISTS (SELECT FROM worker
                      WHERE quarantine AND state IN ('LIVE', 'DRAINING'))"""
          .formatted(CANDIDATES);

  private static final String APPLIES =
      """
      ((l.scope = 'TENANT' AND l.subject = %1$s.tenant)
       OR (l.scope = 'TYPE' AND l.subject = %1$s.type))\
      """;

  private static final String CLAIM =
      """
      WITH live AS (
        SELECT session, clock_timestamp() AS at FROM worker
         WHERE session = ? AND state = 'LIVE' AND quarantine
           AND NOT EXISTS (SELECT FROM claim c JOIN worker w ON w.session = c.session
                            WHERE w.quarantine AND cardinality(c.job_ids) > 0)),
      next AS (
        SELECT job.id FROM live CROSS JOIN (
               SELECT job_id, since FROM job_quarantine ORDER BY since, job_id LIMIT %1$d) AS q
         CROSS JOIN LATERAL (
               SELECT id, tenant, type FROM job
                WHERE job.id = q.job_id AND job.state = 'BLOCKED' AND job.type = ANY (?::text[])
               OFFSET 0) AS job
         WHERE NOT EXISTS (
               SELECT FROM run_limit l
                WHERE %2$s
                  AND ((SELECT count(*) FROM permit p WHERE p.limit_id = l.id AND p.kind = 'RUN')
                         >= l.max_running
                       OR (SELECT count(*) FROM permit p
                            WHERE p.limit_id = l.id AND p.kind = 'RATE'
                              AND (p.free_at IS NULL OR p.free_at > live.at)) >= l.rate_starts))
         ORDER BY q.since, q.job_id LIMIT 1),
      moved AS (
        UPDATE job SET state = 'RUNNING', session = live.session, attempt = job.attempt + 1,
                       started_at = live.at,
                       limited = EXISTS (SELECT FROM run_limit l
                                          WHERE l.max_running IS NOT NULL AND %2$s),
                       %3$s
          FROM live
         WHERE job.id = ANY (ARRAY(SELECT id FROM next)) AND job.state = 'BLOCKED'
        RETURNING %4$s, NULL::json AS detail, %5$s),
      taken AS (
        INSERT INTO permit (limit_id, kind, job_id, free_at)
        SELECT l.id, 'RUN', moved.id, NULL
          FROM moved JOIN run_limit l ON l.max_running IS NOT NULL AND %6$s
        UNION ALL
        SELECT l.id, 'RATE', moved.id, moved.started_at + l.rate_millis * interval '1 millisecond'
          FROM moved JOIN run_limit l ON l.rate_starts IS NOT NULL AND %6$s),
      kept AS (
        INSERT INTO claim (session, batch, job_ids)
        SELECT ?, ?, array_agg(id) FROM moved HAVING count(*) > 0),
      %7$s,
      %8$s,
      %9$s
      SELECT %10$s, %11$s FROM moved"""
          .formatted(
              CANDIDATES,
              APPLIES.formatted("job"),
              Moves.logged(
                  "'RUNNING'", "job.attempt + 1", "json_build_object('why', 'quarantine')"),
              Moves.COLUMNS,
              ClaimStore.FIELD_COLUMNS,
              APPLIES.formatted("moved"),
              Moves.counted("moved"),
              Moves.unblocked("moved"),
              Moves.announced("moved"),
              Moves.SELECTED,
              ClaimStore.FIELDS);

  private final Database database;

  public QuarantineStore(Database database) {
    this.database = database;
  }

  /**
   * What a claim took.
   *
   * @param job to be run alone, or null when there is none, or another one of the lane still runs
   * @param announcement the move's event, or null
   */
  public record Claimed(@Nullable ClaimedJob job, @Nullable Announcement announcement) {}

  /**
   * The lane as a worker sees it.
   *
   * @param length how many jobs wait
   * @param mine how many of them, as far as looked, are of the worker's types
   * @param oldestMillis how long the first of those has waited, 0 without
   * @param served whether a session for the lane is open, of whichever worker
   */
  public record Lane(int length, int mine, long oldestMillis, boolean served) {}

  /** Looks at the lane; scans it and the sessions, both small, and reads jobs by their key. */
  public Lane look(List<String> types) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(LOOK)) {
      statement.setArray(1, connection.createArrayOf("text", types.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Lane(row.getInt(1), row.getInt(2), row.getLong(3), row.getBoolean(4));
      }
    }
  }

  /**
   * Claims the job of these types that has waited longest in the lane and that the limits have room
   * for; it takes its places under them like any other. Nothing while a quarantine session holds a
   * claim, dead ones until they are reaped. Scans the lane and the sessions, both small; {@code
   * job_pkey} and {@code permit_limit_idx}. Locks, in this order: the lane (advisory), the limits'
   * rows, the job's row.
   *
   * @param session a LIVE quarantine session
   * @param batch a number this session has not used before
   * @param types those the session's worker can run
   */
  public Claimed claim(long session, long batch, List<String> types, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          try (PreparedStatement lane = connection.prepareStatement(LOCK);
              PreparedStatement limits = connection.prepareStatement(LOCK_LIMITS);
              PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            lane.execute();
            limits.execute();
            statement.setLong(1, session);
            statement.setArray(2, connection.createArrayOf("text", types.toArray()));
            statement.setLong(3, session);
            statement.setLong(4, batch);
            Moves.bindAnnounced(statement, 5, grace, database);
            return read(statement);
          }
        });
  }

  private Claimed read(PreparedStatement statement) throws SQLException {
    List<Moves.Move> moves = new ArrayList<>();
    ClaimedJob job = null;
    try (ResultSet rows = statement.executeQuery()) {
      if (rows.next()) {
        Moves.Move move = Moves.read(rows);
        moves.add(move);
        job = ClaimStore.job(move, rows);
      }
    }
    return new Claimed(job, Moves.announcement(moves, database));
  }
}
