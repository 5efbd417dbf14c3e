package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
         WHERE w.state IN ('DEAD', 'LEFT')
         ORDER BY c.session, c.batch LIMIT ? FOR UPDATE OF c SKIP LOCKED),
      lost AS (
        SELECT DISTINCT u.id, gone.session, gone.name, gone.state, gone.quarantine, gone.crash
          FROM gone CROSS JOIN LATERAL unnest(gone.job_ids) AS u (id) ORDER BY u.id),
      held AS (
        SELECT job.id, gone.crash, %1$s AS next,
               job.crashes + gone.crash >= %2$d AS lane,
               CASE WHEN job.deadline <= now() THEN 'DEADLINE'
                    WHEN gone.quarantine AND gone.state = 'DEAD' THEN 'CRASHED'
                    ELSE 'LEASE_LOST' END AS error,
               'worker ' || gone.name || ' (session ' || gone.session || ') '
               || CASE WHEN gone.quarantine AND gone.state = 'DEAD'
                       THEN 'died while it ran this job alone, after ' || job.crashes
                            || ' earlier deaths of its workers'
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
                       %3$s
          FROM held
         WHERE job.id = ANY (ARRAY(SELECT id FROM held)) AND job.id = held.id
        RETURNING %4$s, %5$s AS detail, held.lane),
      freed AS (
        DELETE FROM claim USING gone
         WHERE claim.session = gone.session AND claim.batch = gone.batch
        RETURNING 1),
      laned AS (
        INSERT INTO job_quarantine (job_id)
        SELECT id FROM moved WHERE state = 'BLOCKED' AND lane),
      gated AS (SELECT * FROM moved WHERE NOT lane),
      %6$s,
      %7$s,
      %8$s,
      %9$s,
      %10$s
      SELECT %11$s, (SELECT count(*) FROM freed)
        FROM (SELECT 1) AS one LEFT JOIN moved ON true"""
          .formatted(
              NEXT,
              Limits.CRASHES_BEFORE_QUARANTINE,
              Moves.logged("held.next::text", "job.attempt", DETAIL),
              Moves.COLUMNS,
              DETAIL,
              Moves.counted("moved"),
              Moves.released("moved"),
              Moves.blocked("gated"),
              Moves.lettered("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

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
   * @param announcement the readied ones and the events, or null
   */
  public record Reaped(
      int claims, int readied, int failed, int parked, @Nullable Announcement announcement) {}

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
      statement.setInt(1, limit);
      Moves.bindAnnounced(statement, 2, grace, database);
      return read(statement);
    }
  }

  private Reaped read(PreparedStatement statement) throws SQLException {
    List<Moves.Move> moves = new ArrayList<>();
    int claims = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        claims = rows.getInt(13);
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
        Moves.announcement(moves, database));
  }

  private static int count(List<Moves.Move> moves, JobState state) {
    return (int) moves.stream().filter(move -> move.state() == state).count();
  }
}
