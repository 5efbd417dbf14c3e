package io.millrace.store;

import io.millrace.model.Announcement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Cancelling: at once what does not run, through its worker what does. */
public final class CancelStore {
  private static final String REASON = "json_build_object('reason', ?::text)";

  private static final String CANCEL =
      """
      WITH RECURSIVE tree AS (
        SELECT id FROM job WHERE id = ? AND tenant = ?
        UNION SELECT c.child FROM job_child c JOIN tree ON c.parent = tree.id),
      held AS (
        SELECT job.id, job.state, job.cancel_requested_at
          FROM tree JOIN job ON job.id = tree.id
         WHERE job.finished_at IS NULL ORDER BY job.id FOR UPDATE OF job),
      moved AS (
        UPDATE job SET state = 'CANCELLED', finished_at = now(), limited = false,
                       cancel_requested_at = now(), cancel_reason = ?::text, %1$s
          FROM held WHERE job.id = held.id AND held.state <> 'RUNNING'
        RETURNING %2$s, %3$s AS detail),
      asked AS (
        UPDATE job SET cancel_requested_at = now(), cancel_reason = ?::text, %4$s
          FROM held
         WHERE job.id = held.id AND held.state = 'RUNNING' AND held.cancel_requested_at IS NULL
        RETURNING job.id, job.session),
      told AS (
        INSERT INTO job_signal (session, job_id, kind)
        SELECT session, id, 'CANCEL' FROM asked ORDER BY session, id
        ON CONFLICT (session, job_id) DO UPDATE SET kind = 'CANCEL'),
      %5$s,
      %6$s,
      %7$s,
      %8$s
      SELECT %9$s FROM moved"""
          .formatted(
              Moves.logged("'CANCELLED'", "job.attempt", REASON),
              Moves.COLUMNS,
              REASON,
              Moves.logged("'CANCEL_REQUESTED'", "job.attempt", REASON),
              Moves.counted("moved"),
              Moves.released("moved"),
              Moves.unblocked("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

  private static final String SIGNALS = "SELECT job_id, kind FROM job_signal WHERE session = ?";

  private final Database database;

  public CancelStore(Database database) {
    this.database = database;
  }

  /**
   * What a cancelling did.
   *
   * @param cancelled jobs that are CANCELLED by it now: the job itself and its descendants
   * @param announcement the events, or null
   * @param freedPlaces whether a place under a limit became free
   */
  public record Cancelled(
      int cancelled, @Nullable Announcement announcement, boolean freedPlaces) {}

  /**
   * Cancels a job and all that descend from it, in one transaction: those that do not run become
   * CANCELLED; for those that run a signal is left to their worker, once. Final jobs are left
   * alone, so it may be repeated. By {@code job_pkey} and {@code job_child_pkey}; locks the jobs in
   * id order.
   */
  public Cancelled cancel(String tenant, UUID id, @Nullable String reason, Duration grace)
      throws SQLException {
    try (Connection connection = database.connection()) {
      return cancel(connection, tenant, id, reason, grace);
    }
  }

  /** As above, in a transaction of the caller's. */
  Cancelled cancel(
      Connection connection, String tenant, UUID id, @Nullable String reason, Duration grace)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CANCEL)) {
      statement.setObject(1, id);
      statement.setString(2, tenant);
      for (int i = 3; i <= 7; i++) {
        statement.setString(i, reason);
      }
      Moves.bindAnnounced(statement, 8, grace, database);
      List<Moves.Move> moves = Moves.readAll(statement);
      return new Cancelled(
          moves.size(), Moves.announcement(moves, database), Moves.freedPlaces(moves));
    }
  }

  /** What a running job is to be told. */
  public enum Kind {
    /** Somebody cancelled it. */
    CANCEL,
    /** Its deadline has passed. */
    DEADLINE
  }

  /** One signal; it stays until the job has left the session. */
  public record Signal(UUID job, Kind kind) {}

  /** The signals for the jobs of a session, by {@code job_signal_pkey}. */
  public List<Signal> signals(long session) throws SQLException {
    List<Signal> signals = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(SIGNALS)) {
      statement.setLong(1, session);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          signals.add(new Signal(rows.getObject(1, UUID.class), Kind.valueOf(rows.getString(2))));
        }
      }
    }
    return signals;
  }

  /** Forgets signals whose job has left their session; a small table, scanned. */
  public int forgetSignals() {
    return database
        .dsl()
        .execute(
            """
            DELETE FROM job_signal s
             WHERE NOT EXISTS (SELECT FROM job
                                WHERE job.id = s.job_id AND job.state = 'RUNNING'
                                  AND job.session = s.session)""");
  }
}
