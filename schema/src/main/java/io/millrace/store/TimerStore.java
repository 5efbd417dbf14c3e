package io.millrace.store;

import io.millrace.model.Announcement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** SCHEDULED jobs whose time has come. */
public final class TimerStore {
  private static final String PROMOTE =
      """
      WITH due AS (
        DELETE FROM job_timer USING (
          SELECT run_at, job_id FROM job_timer WHERE run_at <= now()
           ORDER BY run_at, job_id LIMIT ? FOR UPDATE SKIP LOCKED) AS d
         WHERE job_timer.run_at = d.run_at AND job_timer.job_id = d.job_id
        RETURNING job_timer.job_id),
      moved AS (
        UPDATE job SET state = 'READY', ready_at = now()
          FROM due WHERE job.id = due.job_id AND job.state = 'SCHEDULED'
        RETURNING job.id, pool, priority, job.state, tenant),
      counted AS (%s),
      announced AS (%s)
      SELECT id, tenant, pool, priority, (SELECT id FROM announced) FROM moved"""
          .formatted(Counts.moved("moved", "SCHEDULED"), Counts.announced("moved"));

  private final Database database;

  public TimerStore(Database database) {
    this.database = database;
  }

  /**
   * Makes due jobs READY in one transaction, the longest due first. By {@code job_timer_pkey} and
   * {@code job_pkey}; timers another process is promoting are skipped.
   *
   * @param limit most jobs, at least 1
   * @return the jobs that became READY, or null when none was due
   */
  public @Nullable Announcement promote(int limit, Duration grace) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(PROMOTE)) {
      statement.setInt(1, limit);
      statement.setLong(2, grace.toMillis());
      return Pointers.announcement(statement);
    }
  }
}
