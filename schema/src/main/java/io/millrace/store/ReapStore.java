package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the jobs of ended worker sessions back. */
public final class ReapStore {
  /** What becomes of a job whose worker is gone; in this order, the first that fits. */
  private static final String NEXT =
      """
      CASE WHEN job.cancel_requested_at IS NOT NULL THEN 'CANCELLED'
           WHEN job.deadline <= now() THEN 'FAILED'
           WHEN gone.quarantine AND gone.state = 'DEAD' THEN 'FAILED'
           WHEN t.on_worker_death = 'FAIL' THEN 'FAILED'
           WHEN t.on_worker_death = 'ASK' THEN 'WAITING'
           WHEN job.max_attempts = 1 THEN 'FAILED'
           WHEN job.crashes + gone.crash >= %d THEN 'BLOCKED'
           ELSE job_gate(job.tenant, job.type)::text END::job_state\
      """
          .formatted(Limits.CRASHES_BEFORE_QUARANTINE);

  private static final String DETAIL =
      """
      json_build_object('error',
        json_build_object('kind', held.error, 'message', held.message))\
      """;

  private static final String REAP =
      """
      WITH gone AS (
        SELECT c.session, c.batch, c.job_ids, w.name, w.state, w.quarantine,
               CASE w.state WHEN 'DEAD' THEN 1 ELSE 0 END AS crash
          FROM claim c JOIN worker w ON w.session = c.session
         WHERE w.state IN ('DEAD', 'LEFT') AND c.session = coalesce(?::bigint, c.session)
         ORDER BY c.session, c.batch LIMIT ? FOR UPDATE OF c SKIP LOCKED),
      lost AS (
        SELECT DISTINCT u.id, gone.session, gone.name, gone.state, gone.quarantine, gone.crash
          FROM gone CROSS JOIN LATERAL unnest(gone.job_ids) AS u (id) ORDER BY u.id),
      held AS (
        SELECT job.id, gone.crash, %1$s AS next,
               CASE WHEN job.deadline <= now() THEN 'DEADLINE'
                    WHEN gone.quarantine AND gone.state = 'DEAD' THEN 'CRASHED'
                    ELSE 'LEASE_LOST' END AS error,
               CASE WHEN job.deadline <= now() THEN 'the job did not end before its deadline; '
                    ELSE '' END
               || 'worker ' || gone.name || ' (session ' || gone.session || ') '
               || CASE WHEN gone.quarantine AND gone.state = 'DEAD'
                       THEN 'died or fell silent while it ran this job alone' || coalesce(': ' || ?::text, '')
                            || '; ' || job.crashes || ' workers had died of it before'
                       WHEN gone.state = 'DEAD' THEN 'stopped while it ran the job'
                       ELSE 'left while its handler ignored the interrupt' END AS message
          FROM lost AS gone CROSS JOIN LATERAL (
               SELECT id, tenant, type, max_attempts, crashes, deadline, cancel_requested_at
                 FROM job WHERE job.id = gone.id AND job.state = 'RUNNING'
                            AND job.session = gone.session FOR NO KEY UPDATE) AS job
          LEFT JOIN job_type t ON t.name = job.type),
      moved AS (
        UPDATE job SET state = held.next, session = NULL, limited = false,
                       crashes = job.crashes + held.crash,
                       failures = job.failures
                         + CASE WHEN held.next = 'FAILED' AND job.failures < job.max_attempts
                                THEN 1 ELSE 0 END,
                       error_kind = held.error, error_attempt = job.attempt,
                       error_message = held.message,
                       ready_at = CASE WHEN held.next = 'READY' THEN now() ELSE ready_at END,
                       finished_at = CASE WHEN held.next IN ('FAILED', 'CANCELLED')
                                          THEN now() END,
                       %2$s
          FROM held
         WHERE job.id = ANY (ARRAY(SELECT id FROM held)) AND job.id = held.id
        RETURNING %3$s, %4$s AS detail),
      freed AS (
        DELETE FROM claim USING gone
         WHERE claim.session = gone.session AND claim.batch = gone.batch
        RETURNING 1),
      %5$s,
      %6$s,
      %7$s,
      %8$s,
      %9$s
      SELECT %10$s, (SELECT count(*) FROM freed),
             (SELECT count(*) FROM moved WHERE state = 'FAILED' AND error_kind = 'CRASHED')
        FROM (SELECT 1) AS one LEFT JOIN moved ON true"""
          .formatted(
              NEXT,
              Moves.logged("held.next::text", "job.attempt", DETAIL),
              Moves.ENDING,
              DETAIL,
              Moves.counted("moved"),
              Moves.released("moved"),
              Moves.blocked("moved"),
              Moves.reported("moved") + ",\n" + Moves.lettered("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

  private static final String DECLARE =
      """
      UPDATE worker SET state = 'DEAD'
       WHERE name = ? AND quarantine AND state IN ('LIVE', 'DRAINING')
      RETURNING session""";

  private final Database database;

  public ReapStore(Database database) {
    this.database = database;
  }

  /**
   * What was taken back.
   *
   * @param claims claim rows removed; as many as the limit means there may be more
   * @param readied jobs that will be attempted again at once
   * @param failed jobs that are not run again
   * @param parked jobs that wait: for a place under a limit, for the quarantine lane, or for an
   *     operator
   * @param condemned those of the failed that died in the quarantine lane
   * @param announcement the readied ones and the events, or null
   * @param freedPlaces whether a place under a limit became free
   */
  public record Reaped(
      int claims,
      int readied,
      int failed,
      int parked,
      int condemned,
      @Nullable Announcement announcement,
      boolean freedPlaces) {}

  /**
   * Takes the running jobs of sessions that are DEAD or LEFT back, in one transaction. A job runs
   * again unless it was cancelled, is past its deadline, was to run once only, its type says
   * otherwise, or workers keep dying of it: then it goes to the quarantine lane. The death of a
   * worker costs no attempt; it is counted apart, as a crash. By {@code claim_pkey} and {@code
   * job_pkey}; locks jobs in id order, skips claims another reaper holds. Repeating it is harmless:
   * it also catches a claim that a dying session committed late.
   *
   * @param limit most claim rows, at least 1
   */
  public Reaped reap(int limit, Duration grace) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(REAP)) {
      return reap(statement, null, null, limit, grace);
    }
  }

  /**
   * Declares the session of a quarantine runner dead whose process has ended, and takes its job
   * back: both in one transaction, so that nobody reaps it without the record. Scans the sessions,
   * a row per process; then as {@link #reap}.
   *
   * @param worker the runner's name, used by no other
   * @param record how its process ended, in a few words, for the job's error
   * @return what was taken back; nothing when the session had ended before
   */
  public Reaped condemn(String worker, String record, Duration grace) throws SQLException {
    return database.inTransaction(
        connection -> {
          try (PreparedStatement declare = connection.prepareStatement(DECLARE);
              PreparedStatement statement = connection.prepareStatement(REAP)) {
            declare.setString(1, worker);
            Long session = null;
            try (ResultSet row = declare.executeQuery()) {
              if (row.next()) {
                session = row.getLong(1);
              }
            }
            return session == null
                ? new Reaped(0, 0, 0, 0, 0, null, false)
                : reap(statement, session, record, Integer.MAX_VALUE, grace);
          }
        });
  }

  private Reaped reap(
      PreparedStatement statement,
      @Nullable Long session,
      @Nullable String record,
      int limit,
      Duration grace)
      throws SQLException {
    statement.setObject(1, session, Types.BIGINT);
    statement.setInt(2, limit);
    statement.setString(3, record);
    Moves.bindAnnounced(statement, 4, grace, database);
    return read(statement);
  }

  private Reaped read(PreparedStatement statement) throws SQLException {
    List<Moves.Move> moves = new ArrayList<>();
    int claims = 0;
    int condemned = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        claims = rows.getInt(13);
        condemned = rows.getInt(14);
        if (rows.getObject(1) != null) {
          moves.add(Moves.read(rows));
        }
      }
    }
    int readied = count(moves, JobState.READY);
    int parked = count(moves, JobState.BLOCKED) + count(moves, JobState.WAITING);
    return new Reaped(
        claims,
        readied,
        moves.size() - readied - parked,
        parked,
        condemned,
        Moves.announcement(moves, database),
        Moves.freedPlaces(moves));
  }

  private static int count(List<Moves.Move> moves, JobState state) {
    return (int) moves.stream().filter(move -> move.state() == state).count();
  }
}
