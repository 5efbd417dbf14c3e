package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
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

/** The claim: from READY to RUNNING under a worker's session and a new attempt number. */
public final class ClaimStore {
  /** What a claim reads beside {@link Moves#SELECTED}; {@link #job} reads it. */
  static final String FIELDS =
      """
      session, failures, max_attempts, timeout_millis, heartbeat_millis, retry,
      (date_part('epoch', started_at - created_at) * 1000)::bigint AS age_millis, payload, traceparent,
      run IS NOT NULL, cache_key IS NOT NULL\
      """;

  /** What {@code moved} returns for it beside {@link Moves#COLUMNS} and the detail. */
  static final String FIELD_COLUMNS =
      """
      job.session, failures, max_attempts, timeout_millis, heartbeat_millis, retry, created_at,
      job.started_at, payload, traceparent, job.run,
      job.cache_key\
      """;

  /**
   * Where a READY job goes that a worker asks for: a limit made in the meantime may hold it, and
   * one that workers keep dying of is for the quarantine lane alone, whoever made it READY.
   */
  private static final String NEXT =
      """
      CASE WHEN %s THEN 'BLOCKED'
           WHEN job.limited OR NOT (SELECT limits FROM asked)
                OR job_gate(job.tenant, job.type) = 'READY' THEN 'RUNNING'
           ELSE 'BLOCKED' END\
      """
          .formatted(Moves.IN_LANE);

  private static final String CLAIM =
      """
      WITH live AS (
        SELECT session, clock_timestamp() AS at FROM worker WHERE session = ? AND state = 'LIVE'),
      asked AS (SELECT EXISTS (SELECT FROM run_limit) AS limits),
      moved AS (
        UPDATE job SET state = (%1$s)::job_state,
                       session = CASE WHEN (%1$s) = 'RUNNING' THEN live.session END,
                       attempt = job.attempt + CASE WHEN (%1$s) = 'RUNNING' THEN 1 ELSE 0 END,
                       started_at = CASE WHEN (%1$s) = 'RUNNING' THEN live.at
                                         ELSE job.started_at END,
                       limited = job.limited AND (%1$s) = 'RUNNING', %2$s
          FROM live
         WHERE job.id = ANY (?::uuid[]) AND job.id BETWEEN ? AND ? AND job.state = 'READY'
        RETURNING %3$s, NULL::json AS detail, %4$s),
      started AS (SELECT id, was_limited FROM moved WHERE state = 'RUNNING'),
      bounced AS (
        SELECT id, tenant, type, pool, priority, state, crashes, was_limited
          FROM moved WHERE state = 'BLOCKED'),
      kept AS (
        INSERT INTO claim (session, batch, job_ids)
        SELECT ?, ?, array_agg(id) FROM started HAVING count(*) > 0),
      paced AS (
        UPDATE permit SET free_at = live.at + l.rate_millis * interval '1 millisecond'
          FROM run_limit l, live
         WHERE permit.limit_id = l.id AND permit.kind = 'RATE' AND permit.free_at IS NULL
           AND permit.job_id = ANY (ARRAY(SELECT id FROM started WHERE was_limited))),
      %5$s,
      %6$s,
      %7$s
      """
          .formatted(
              NEXT,
              Moves.logged(
                  "(" + NEXT + ")",
                  "job.attempt + CASE WHEN (" + NEXT + ") = 'RUNNING' THEN 1 ELSE 0 END",
                  "NULL"),
              Moves.COLUMNS,
              FIELD_COLUMNS,
              Moves.counted("moved"),
              Moves.released("bounced"),
              Moves.blocked("bounced"));

  private static final String ANNOUNCED =
      "%s, %s SELECT %s, %s FROM moved"
          .formatted(CLAIM, Moves.announced("moved"), Moves.SELECTED, FIELDS);

  /** A claim makes nothing READY: without events to publish there is nothing to announce. */
  private static final String QUIET =
      "%s SELECT %s, %s FROM moved".formatted(CLAIM, Moves.SELECTED_QUIETLY, FIELDS);

  /** Of a session that is still known: nobody would delete the row of another. */
  private static final String VOID =
      """
      INSERT INTO claim (session, batch, job_ids)
      SELECT session, ?, '{}' FROM worker WHERE session = ? FOR KEY SHARE
      ON CONFLICT DO NOTHING""";

  private static final String HELD =
      """
      SELECT job.id, tenant, type, pool, priority, state, attempt, events,
             (extract(epoch FROM now()) * 1000)::bigint, NULL::json, limited, NULL::bigint,
             job.%s
        FROM claim CROSS JOIN LATERAL unnest(claim.job_ids) AS held (id)
       CROSS JOIN LATERAL (
             SELECT * FROM job WHERE job.id = held.id AND job.state = 'RUNNING'
                AND job.session = claim.session OFFSET 0) AS job
       WHERE claim.session = ? AND claim.batch = ?"""
          .formatted(FIELDS);

  private final Database database;

  public ClaimStore(Database database) {
    this.database = database;
  }

  /**
   * What a claim took.
   *
   * @param jobs claimed, in no order
   * @param bounced jobs that became BLOCKED: for a limit made in the meantime, or for the
   *     quarantine lane
   * @param announcement the moves' events, or null
   */
  public record Claimed(List<ClaimedJob> jobs, int bounced, @Nullable Announcement announcement) {}

  /**
   * Claims those of the ids that are READY, as one batch of the session, in one transaction. By
   * {@code job_pkey}; locks the claimed rows in id order. Claims nothing when the session is no
   * longer LIVE. A job starts by the clock, not at the statement's beginning: a rate is exact by
   * it. A pointer that came twice or late simply claims nothing. A job that a limit now applies to
   * and that holds no place under it becomes BLOCKED instead, and so does one of the quarantine
   * lane.
   *
   * @param session the claiming worker session
   * @param batch a number this session has not used before
   * @param ids at least one, in ascending order
   */
  public Claimed claim(long session, long batch, List<UUID> ids, Duration grace)
      throws SQLException {
    boolean announces = database.publishesEvents();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(announces ? ANNOUNCED : QUIET)) {
      statement.setLong(1, session);
      Arrays.range(connection, statement, 2, ids);
      statement.setLong(5, session);
      statement.setLong(6, batch);
      if (announces) {
        Moves.bindAnnounced(statement, 7, grace, database);
      }
      return read(statement);
    }
  }

  /**
   * Settles a claim whose answer was lost: what it claimed if it was committed; and if not, it
   * never will be, because its row is taken by an empty one. By {@code claim_pkey} and {@code
   * job_pkey}; waits for the lost statement if it still runs. A session so long gone that it is
   * forgotten has lost its claims, and gets no row. Two statements, since the second has to see
   * what the first waited for.
   *
   * @return the jobs this session holds by that claim
   */
  public List<ClaimedJob> settle(long session, long batch) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement empty = connection.prepareStatement(VOID);
        PreparedStatement held = connection.prepareStatement(HELD)) {
      empty.setLong(1, batch);
      empty.setLong(2, session);
      if (empty.executeUpdate() == 1) {
        return List.of();
      }
      held.setLong(1, session);
      held.setLong(2, batch);
      return read(held).jobs();
    }
  }

  private Claimed read(PreparedStatement statement) throws SQLException {
    List<ClaimedJob> claimed = new ArrayList<>();
    List<Moves.Move> moves = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Moves.Move move = Moves.read(rows);
        moves.add(move);
        if (move.state() == JobState.RUNNING) {
          claimed.add(job(move, rows));
        }
      }
    }
    return new Claimed(claimed, moves.size() - claimed.size(), Moves.announcement(moves, database));
  }

  static ClaimedJob job(Moves.Move move, ResultSet row) throws SQLException {
    return new ClaimedJob(
        move.id(),
        move.tenant(),
        move.type(),
        row.getLong(13),
        move.attempt(),
        row.getInt(14),
        row.getInt(15),
        row.getLong(16),
        row.getObject(17, Long.class),
        row.getString(18),
        row.getLong(19),
        row.getString(20),
        row.getString(21),
        row.getBoolean(22),
        row.getBoolean(23));
  }
}
