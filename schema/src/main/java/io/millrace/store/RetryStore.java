package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Jobs that somebody sends on: FAILED ones run again, WAITING ones get their outcome. */
public final class RetryStore {
  private static final String GATE = "job_gate(job.tenant, job.type)";

  private static final String LOCK =
      """
      SELECT FROM job WHERE id = ANY (?::uuid[]) AND tenant = ? AND state = 'FAILED'
         AND run IS NULL ORDER BY id FOR UPDATE""";

  private static final String RETRY_DETAIL =
      "json_strip_nulls(json_build_object('why', asked.why, 'payload', asked.edit))";

  /** A deadline that has passed is lifted: whoever retries the job wants it to run. */
  private static final String RETRY =
      """
      WITH asked AS (
        SELECT job.id, given.why, given.payload,
               CASE WHEN given.payload IS NOT NULL THEN 'edited' END AS edit
          FROM job CROSS JOIN (SELECT ?::text AS why, ?::json AS payload, ?::text AS tenant)
               AS given
         WHERE job.id = ANY (?::uuid[]) AND job.tenant = given.tenant AND job.state = 'FAILED'
           AND job.run IS NULL
         ORDER BY job.id FOR UPDATE OF job),
      moved AS (
        UPDATE job SET state = %1$s, failures = 0, crashes = 0, finished_at = NULL,
                       cancel_requested_at = NULL, cancel_reason = NULL,
                       payload = coalesce(asked.payload, job.payload),
                       deadline = CASE WHEN job.deadline > now() THEN job.deadline END,
                       run_at = CASE WHEN job.attempt = 0 THEN now() ELSE job.run_at END,
                       ready_at = CASE WHEN %1$s = 'READY' THEN now() END, %2$s
          FROM asked
         WHERE job.id = ANY (ARRAY(SELECT id FROM asked)) AND job.id = asked.id
           AND job.state = 'FAILED'
        RETURNING %3$s, %4$s AS detail, job.deadline, asked.edit,
                  CASE WHEN job.attempt = 0 THEN job.queue_timeout_millis END AS queue_timeout),
      unlettered AS (
        DELETE FROM dead_letter WHERE job_id = ANY (ARRAY(SELECT id FROM moved))),
      forgotten AS (
        DELETE FROM job_checkpoint
         WHERE job_id = ANY (ARRAY(SELECT id FROM moved WHERE edit IS NOT NULL))),
      timed AS (
        INSERT INTO job_timer (run_at, job_id, kind)
        SELECT deadline, id, 'DEADLINE' FROM moved WHERE deadline IS NOT NULL
        UNION ALL SELECT now() + queue_timeout * interval '1 millisecond', id, 'QUEUE'
                    FROM moved WHERE queue_timeout IS NOT NULL
        ON CONFLICT DO NOTHING),
      held AS (SELECT * FROM moved WHERE ? AND state = 'READY'),
      backlogged AS (
        INSERT INTO backlog (pool, priority, tenant, jobs, job_ids)
        SELECT pool, priority, tenant, count(*), array_agg(id ORDER BY id)
          FROM held GROUP BY pool, priority, tenant),
      %5$s,
      %6$s,
      %7$s
      SELECT %8$s FROM moved"""
          .formatted(
              GATE,
              Moves.logged(GATE + "::text", "job.attempt", RETRY_DETAIL),
              Moves.COLUMNS,
              RETRY_DETAIL,
              Moves.counted("moved"),
              Moves.blocked("moved"),
              Moves.announced("moved", "id NOT IN (SELECT id FROM held)"),
              Moves.SELECTED);

  private static final String RESOLVED =
      "CASE asked.state WHEN 'READY' THEN %s ELSE asked.state::job_state END".formatted(GATE);

  private static final String RESOLVE_DETAIL =
      """
      json_strip_nulls(json_build_object('why', 'an operator decided', 'reason', asked.reason))\
      """;

  private static final String RESOLVE =
      """
      WITH asked AS (SELECT ?::text AS state, ?::json AS result, ?::text AS reason),
      moved AS (
        UPDATE job SET state = %1$s,
                       result = CASE WHEN asked.state = 'SUCCEEDED' THEN asked.result END,
                       error_message = CASE WHEN asked.state = 'FAILED'
                         THEN coalesce(asked.reason, job.error_message)
                         ELSE job.error_message END,
                       ready_at = CASE WHEN asked.state = 'READY' THEN now() ELSE ready_at END,
                       finished_at = CASE WHEN asked.state <> 'READY' THEN now() END, %2$s
          FROM asked
         WHERE job.id = ? AND job.tenant = ? AND job.state = 'WAITING'
           AND job.error_kind = 'LEASE_LOST'
        RETURNING %3$s, %4$s AS detail),
      %5$s,
      %6$s,
      %7$s,
      %8$s
      SELECT %9$s FROM moved"""
          .formatted(
              RESOLVED,
              Moves.logged("(" + RESOLVED + ")::text", "job.attempt", RESOLVE_DETAIL),
              Moves.ENDING,
              RESOLVE_DETAIL,
              Moves.counted("moved"),
              Moves.blocked("moved"),
              Moves.reported("moved") + ",\n" + Moves.lettered("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

  private final Database database;

  public RetryStore(Database database) {
    this.database = database;
  }

  /**
   * What was sent on.
   *
   * @param jobs those that moved
   * @param announcement the READY ones and the events, or null
   * @param blocked whether some wait for a place under a limit
   */
  public record Sent(Set<UUID> jobs, @Nullable Announcement announcement, boolean blocked) {}

  /**
   * Runs FAILED jobs again, in one transaction: READY, or BLOCKED where a limit applies, with no
   * failures and no crashes counted; attempt numbers go on. By {@code job_pkey} and {@code
   * dead_letter_pkey}; locks the jobs in id order, then reads them anew, see {@link Moves}. Those
   * in another state are left alone. A deadline that has passed is lifted. With a new payload,
   * checkpoints of the old one go.
   *
   * @param ids at least one
   * @param payload a JSON document for all of them, or null to keep each one's own
   * @param why a few words for the job's log
   */
  public Sent retry(
      String tenant, List<UUID> ids, @Nullable String payload, String why, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> retry(connection, tenant, ids, payload, why, false, grace));
  }

  /**
   * The same inside a transaction of the caller's.
   *
   * @param holdBack true sends READY jobs to the backlog instead of announcing them
   */
  Sent retry(
      Connection connection,
      String tenant,
      List<UUID> ids,
      @Nullable String payload,
      String why,
      boolean holdBack,
      Duration grace)
      throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(LOCK);
        PreparedStatement statement = connection.prepareStatement(RETRY)) {
      lock.setArray(1, Arrays.uuids(connection, ids, id -> id));
      lock.setString(2, tenant);
      lock.execute();
      statement.setString(1, why);
      statement.setString(2, payload);
      statement.setString(3, tenant);
      statement.setArray(4, Arrays.uuids(connection, ids, id -> id));
      statement.setBoolean(5, holdBack);
      Moves.bindAnnounced(statement, 6, grace, database);
      Sent sent = sent(Moves.readAll(statement));
      Announcement all = sent.announcement();
      return all != null && holdBack
          ? new Sent(
              sent.jobs(),
              new Announcement(all.outboxId(), List.of(), all.events()),
              sent.blocked())
          : sent;
    }
  }

  /**
   * Says what became of a WAITING job whose worker died while it ran it, in one transaction, by
   * {@code job_pkey}.
   *
   * @param to READY to run it again, or how it ended: SUCCEEDED or FAILED
   * @param result a JSON document for a job that SUCCEEDED, else null
   * @param reason for the job's log, or null
   */
  public Sent resolve(
      String tenant,
      UUID id,
      JobState to,
      @Nullable String result,
      @Nullable String reason,
      Duration grace)
      throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(RESOLVE)) {
      statement.setString(1, JobState.WAITING.moveTo(to).name());
      statement.setString(2, result);
      statement.setString(3, reason);
      statement.setObject(4, id);
      statement.setString(5, tenant);
      Moves.bindAnnounced(statement, 6, grace, database);
      return sent(Moves.readAll(statement));
    }
  }

  private Sent sent(List<Moves.Move> moves) {
    return new Sent(
        moves.stream().map(Moves.Move::id).collect(Collectors.toSet()),
        Moves.announcement(moves, database),
        moves.stream().anyMatch(move -> move.state() == JobState.BLOCKED));
  }
}
