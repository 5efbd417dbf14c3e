package io.millrace.store;

import io.millrace.store.CancelStore.Cancelled;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Cancels the open tasks of runs that are to stop: in a transaction after the one that decided it,
 * since that one holds the run, and whoever ends a job locks the job first.
 */
public final class RunHaltStore {
  private static final String TAKE =
      """
      DELETE FROM run_halt WHERE run = (
        SELECT run FROM run_halt ORDER BY since, run LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING run""";

  private static final String RUN = "SELECT tenant FROM run WHERE id = ?";

  private static final String JOBS =
      """
      SELECT j.id FROM (SELECT task FROM run_task WHERE run = ? ORDER BY task) AS t
       CROSS JOIN LATERAL (
             SELECT id FROM job WHERE job.id = t.task AND finished_at IS NULL OFFSET 0) AS j""";

  private static final String CHILDREN =
      """
      INSERT INTO run_inbox (run, kind, reason)
      SELECT r.id, 'CANCEL', 'the run it is part of stops'
        FROM (SELECT task FROM run_task WHERE run = ? ORDER BY task) AS t
       CROSS JOIN LATERAL (
             SELECT id FROM run WHERE run.id = t.task AND finished_at IS NULL OFFSET 0) AS r""";

  private static final String REASON = "its run stops";

  private final Database database;
  private final CancelStore cancellations;

  public RunHaltStore(Database database) {
    this.database = database;
    this.cancellations = new CancelStore(database);
  }

  /**
   * What was stopped.
   *
   * @param runs 1, or 0 when nothing was to do
   * @param children runs inside of it that are told
   * @param cancelled what became of the jobs
   */
  public record Halted(int runs, int children, Cancelled cancelled) {}

  /**
   * Stops the tasks of the run that has waited longest, in one transaction; by {@code
   * run_task_pkey} and {@code job_pkey}. Locks the jobs in id order; skips what another process has
   * taken.
   */
  public Halted halt(Duration grace) throws SQLException {
    return database.inTransaction(
        connection -> {
          List<UUID> runs = ids(connection, TAKE, null);
          if (runs.isEmpty()) {
            return new Halted(0, 0, new Cancelled(0, null, false));
          }
          UUID run = runs.getFirst();
          String tenant = tenant(connection, run);
          List<UUID> jobs = ids(connection, JOBS, run);
          Cancelled cancelled =
              jobs.isEmpty()
                  ? new Cancelled(0, null, false)
                  : cancellations.cancel(connection, tenant, jobs, REASON, grace);
          try (PreparedStatement children = connection.prepareStatement(CHILDREN)) {
            children.setObject(1, run);
            return new Halted(1, children.executeUpdate(), cancelled);
          }
        });
  }

  private static String tenant(Connection connection, UUID run) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RUN)) {
      statement.setObject(1, run);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }

  private static List<UUID> ids(Connection connection, String sql, @Nullable UUID value)
      throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (value != null) {
        statement.setObject(1, value);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getObject(1, UUID.class));
        }
      }
    }
    return ids;
  }
}
