package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobEvent;
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

/** Cancelling: at once what does not run, through its worker what does. */
public final class CancelStore {
  private static final String REASON = "json_build_object('reason', ?::text)";

  /** So that a limit that changes waits for all of this, and this for none of it in the middle. */
  private static final String SHARE = "LOCK TABLE permit IN ROW EXCLUSIVE MODE";

  private static final String TREE =
      """
      WITH RECURSIVE tree AS (
        SELECT id FROM job WHERE id = ANY (?::uuid[]) AND tenant = ?
        UNION
        SELECT c.child FROM tree CROSS JOIN LATERAL (
               SELECT child FROM job_child WHERE parent = tree.id OFFSET 0) AS c)
      SELECT j.id FROM (SELECT id FROM tree ORDER BY id) AS t
       CROSS JOIN LATERAL (
             SELECT id FROM job
              WHERE job.id = t.id AND finished_at IS NULL
                AND (state <> 'RUNNING' OR cancel_requested_at IS NULL) FOR UPDATE) AS j""";

  private static final String CANCEL =
      """
      WITH held AS (SELECT id, state FROM job WHERE id = ANY (?::uuid[])),
      moved AS (
        UPDATE job SET state = 'CANCELLED', finished_at = now(), limited = false,
                       cancel_requested_at = now(), cancel_reason = ?::text, %1$s
         WHERE job.id = ANY (ARRAY(SELECT id FROM held WHERE state <> 'RUNNING'))
        RETURNING %2$s, %3$s AS detail, job.session),
      asked AS (
        UPDATE job SET cancel_requested_at = now(), cancel_reason = ?::text, %4$s
         WHERE job.id = ANY (ARRAY(SELECT id FROM held WHERE state = 'RUNNING'))
        RETURNING %2$s, %3$s AS detail, job.session),
      told AS (
        INSERT INTO job_signal (session, job_id, kind)
        SELECT session, id, 'CANCEL' FROM asked ORDER BY session, id
        ON CONFLICT (session, job_id) DO UPDATE SET kind = 'CANCEL'),
      happened AS (TABLE moved UNION ALL TABLE asked),
      %5$s,
      %6$s,
      %7$s,
      %8$s
      SELECT %9$s FROM happened"""
          .formatted(
              Moves.logged("'CANCELLED'", "job.attempt", REASON),
              Moves.ENDING,
              REASON,
              Moves.logged("'CANCEL_REQUESTED'", "job.attempt", REASON),
              Moves.counted("moved") + ",\n" + Moves.reported("moved"),
              Moves.released("moved"),
              Moves.unblocked("moved"),
              Moves.announced("happened"),
              Moves.SELECTED);

  private static final String SIGNALS = "SELECT job_id, kind FROM job_signal WHERE session = ?";

  /** Most repetitions; each needs a submission that came between two statements. */
  private static final int MOST_PASSES = 20;

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
   * Cancels a job and all that descend from it: those that do not run become CANCELLED; for those
   * that run a signal is left to their worker, once. Final jobs are left alone, so it may be
   * repeated. By {@code job_pkey} and {@code job_child_pkey}; locks the jobs in id order, then
   * reads them anew, see {@link Moves}.
   *
   * <p>One transaction, which repeats itself until it finds nothing more: a child whose submission
   * held the parent before this did is not in the tree that the first statement read. After it none
   * can come, since a parent that was asked to end takes no child.
   *
   * @return what all of it did; the announcement is that of the first round, the others' rows are
   *     left to the relay
   */
  public Cancelled cancel(String tenant, UUID id, @Nullable String reason, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> cancel(connection, tenant, List.of(id), reason, grace));
  }

  /** As above for several, in a transaction of the caller's, which has locked no job yet. */
  Cancelled cancel(
      Connection connection, String tenant, List<UUID> ids, @Nullable String reason, Duration grace)
      throws SQLException {
    List<Moves.Move> first = pass(connection, tenant, ids, reason, grace);
    List<Moves.Move> all = new ArrayList<>(first);
    for (int i = 0, found = first.size(); found > 0 && i < MOST_PASSES; i++) {
      List<Moves.Move> more = pass(connection, tenant, ids, reason, grace);
      found = more.size();
      all.addAll(more);
    }
    return new Cancelled(
        (int) all.stream().filter(CancelStore::ended).count(),
        announcement(first),
        Moves.freedPlaces(all.stream().filter(CancelStore::ended).toList()));
  }

  private List<Moves.Move> pass(
      Connection connection, String tenant, List<UUID> ids, @Nullable String reason, Duration grace)
      throws SQLException {
    List<UUID> held = new ArrayList<>();
    try (PreparedStatement share = connection.prepareStatement(SHARE);
        PreparedStatement tree = connection.prepareStatement(TREE)) {
      share.execute();
      tree.setArray(1, Arrays.uuids(connection, ids, id -> id));
      tree.setString(2, tenant);
      try (ResultSet rows = tree.executeQuery()) {
        while (rows.next()) {
          held.add(rows.getObject(1, UUID.class));
        }
      }
    }
    if (held.isEmpty()) {
      return List.of();
    }
    try (PreparedStatement cancel = connection.prepareStatement(CANCEL)) {
      cancel.setArray(1, Arrays.uuids(connection, held, one -> one));
      for (int i = 2; i <= 7; i++) {
        cancel.setString(i, reason);
      }
      Moves.bindAnnounced(cancel, 8, grace, database);
      return Moves.readAll(cancel);
    }
  }

  private static boolean ended(Moves.Move move) {
    return move.state() == JobState.CANCELLED;
  }

  private @Nullable Announcement announcement(List<Moves.Move> moves) {
    Announcement events = Moves.announcement(moves, database);
    return events == null
        ? null
        : new Announcement(
            events.outboxId(),
            List.of(),
            moves.stream()
                .map(m -> ended(m) ? m.toEvent() : m.toEvent(JobEvent.CANCEL_REQUESTED))
                .toList());
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
             WHERE (SELECT count(*) FROM job
                     WHERE job.id = s.job_id AND job.state = 'RUNNING'
                       AND job.session = s.session) = 0""");
  }
}
