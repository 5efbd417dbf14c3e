package io.millrace.store;

import io.millrace.model.ClaimedJob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The claim: from READY to RUNNING under a worker's session and a new attempt number. */
public final class ClaimStore {
  private static final String CLAIM =
      """
      WITH live AS (SELECT session FROM worker WHERE session = ? AND state = 'LIVE'),
      moved AS (
        UPDATE job SET state = 'RUNNING', session = live.session, attempt = attempt + 1,
                       started_at = now()
          FROM live
         WHERE job.id = ANY (?::uuid[]) AND job.state = 'READY'
        RETURNING job.id, pool, priority, job.state, tenant, type, attempt, failures, max_attempts,
                  timeout_millis, payload, traceparent),
      kept AS (
        INSERT INTO claim (session, batch, job_ids)
        SELECT ?, ?, array_agg(id) FROM moved HAVING count(*) > 0),
      counted AS (%s)
      SELECT id, tenant, type, attempt, failures, max_attempts, timeout_millis, payload, traceparent
        FROM moved"""
          .formatted(Counts.moved("moved", "READY"));

  private static final String VOID =
      "INSERT INTO claim (session, batch, job_ids) VALUES (?, ?, '{}') ON CONFLICT DO NOTHING";

  private static final String HELD =
      """
      SELECT job.id, tenant, type, attempt, failures, max_attempts, timeout_millis, payload,
             traceparent
        FROM claim CROSS JOIN LATERAL unnest(claim.job_ids) AS held (id)
        JOIN job ON job.id = held.id AND job.state = 'RUNNING' AND job.session = claim.session
       WHERE claim.session = ? AND claim.batch = ?""";

  private final Database database;

  public ClaimStore(Database database) {
    this.database = database;
  }

  /**
   * Claims those of the ids that are READY, as one batch of the session, in one transaction. By
   * {@code job_pkey}; locks the claimed rows in id order. Claims nothing when the session is no
   * longer LIVE. A pointer that came twice or late simply claims nothing.
   *
   * @param session the claiming worker session
   * @param batch a number this session has not used before
   * @param ids at least one, in ascending order
   * @return what was really claimed, in no order
   */
  public List<ClaimedJob> claim(long session, long batch, List<UUID> ids) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setLong(1, session);
      statement.setArray(2, Arrays.uuids(connection, ids, id -> id));
      statement.setLong(3, session);
      statement.setLong(4, batch);
      return read(statement, session);
    }
  }

  /**
   * Settles a claim whose answer was lost: what it claimed if it was committed; and if not, it
   * never will be, because its row is taken by an empty one. By {@code claim_pkey} and {@code
   * job_pkey}; waits for the lost statement if it still runs. Two statements, since the second has
   * to see what the first waited for.
   *
   * @return the jobs this session holds by that claim
   */
  public List<ClaimedJob> settle(long session, long batch) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement empty = connection.prepareStatement(VOID);
        PreparedStatement held = connection.prepareStatement(HELD)) {
      empty.setLong(1, session);
      empty.setLong(2, batch);
      if (empty.executeUpdate() == 1) {
        return List.of();
      }
      held.setLong(1, session);
      held.setLong(2, batch);
      return read(held, session);
    }
  }

  private static List<ClaimedJob> read(PreparedStatement statement, long session)
      throws SQLException {
    List<ClaimedJob> claimed = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        claimed.add(
            new ClaimedJob(
                rows.getObject(1, UUID.class),
                rows.getString(2),
                rows.getString(3),
                session,
                rows.getInt(4),
                rows.getInt(5),
                rows.getInt(6),
                rows.getLong(7),
                rows.getString(8),
                rows.getString(9)));
      }
    }
    return claimed;
  }
}
