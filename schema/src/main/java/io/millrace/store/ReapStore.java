package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobPointer;
import io.millrace.model.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes the jobs of ended worker sessions back. */
public final class ReapStore {
  private static final String REAP =
      """
      WITH gone AS (
        SELECT c.session, c.batch, c.job_ids, w.name
          FROM claim c JOIN worker w ON w.session = c.session
         WHERE w.state IN ('DEAD', 'LEFT')
         ORDER BY c.session, c.batch LIMIT ? FOR UPDATE OF c SKIP LOCKED),
      held AS (
        SELECT job.id, gone.name
          FROM gone CROSS JOIN LATERAL unnest(gone.job_ids) AS u (id)
          JOIN job ON job.id = u.id AND job.state = 'RUNNING' AND job.session = gone.session
         ORDER BY job.id FOR UPDATE OF job),
      moved AS (
        UPDATE job SET state = CASE WHEN failures + 1 < max_attempts THEN 'READY'
                                    ELSE 'FAILED' END::job_state,
                       session = NULL, failures = failures + 1,
                       error_kind = 'LEASE_LOST', error_attempt = attempt,
                       error_message = 'worker ' || held.name || ' stopped while it ran the job',
                       ready_at = CASE WHEN failures + 1 < max_attempts THEN now()
                                       ELSE ready_at END,
                       finished_at = CASE WHEN failures + 1 < max_attempts THEN NULL
                                          ELSE now() END
          FROM held WHERE job.id = held.id
        RETURNING job.id, pool, priority, job.state, tenant),
      freed AS (
        DELETE FROM claim USING gone
         WHERE claim.session = gone.session AND claim.batch = gone.batch
        RETURNING 1),
      counted AS (%s),
      announced AS (%s)
      SELECT (SELECT count(*) FROM freed), id, tenant, pool, priority, state = 'READY',
             (SELECT id FROM announced)
        FROM (SELECT 1) AS one LEFT JOIN moved ON true"""
          .formatted(Counts.moved("moved", "RUNNING"), Counts.announced("moved"));

  private final Database database;

  public ReapStore(Database database) {
    this.database = database;
  }

  /**
   * What was taken back.
   *
   * @param claims claim rows removed; as many as the limit means there may be more
   * @param readied jobs that will be attempted again
   * @param failed jobs that had no attempt left
   * @param announcement the readied ones, or null
   */
  public record Reaped(int claims, int readied, int failed, @Nullable Announcement announcement) {}

  /**
   * Returns the running jobs of sessions that are DEAD or LEFT to READY, or fails those without an
   * attempt left; in one transaction. By {@code claim_pkey} and {@code job_pkey}; locks jobs in id
   * order, skips claims another reaper holds. Repeating it is harmless: it also catches a claim
   * that a dying session committed late.
   *
   * @param limit most claim rows, at least 1
   */
  public Reaped reap(int limit, Duration grace) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(REAP)) {
      statement.setInt(1, limit);
      statement.setLong(2, grace.toMillis());
      try (ResultSet rows = statement.executeQuery()) {
        return read(rows);
      }
    }
  }

  private static Reaped read(ResultSet rows) throws SQLException {
    List<JobPointer> ready = new ArrayList<>();
    int claims = 0;
    int failed = 0;
    long outboxId = 0;
    while (rows.next()) {
      claims = rows.getInt(1);
      UUID id = rows.getObject(2, UUID.class);
      if (id == null) {
        continue;
      }
      if (rows.getBoolean(6)) {
        outboxId = rows.getLong(7);
        ready.add(
            new JobPointer(
                id, rows.getString(3), rows.getString(4), Priority.ofCode(rows.getInt(5))));
      } else {
        failed++;
      }
    }
    return new Reaped(
        claims, ready.size(), failed, ready.isEmpty() ? null : new Announcement(outboxId, ready));
  }
}
