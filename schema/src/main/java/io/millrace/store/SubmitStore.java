package io.millrace.store;

import io.millrace.model.Accepted;
import io.millrace.model.Announcement;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.RetryPolicy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The group commit: submissions become jobs, with their keys, timers and outbox row. */
public final class SubmitStore {
  private static final String INSERT =
      """
      WITH given AS (
        SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[],
                             ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],
                             ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],
                             ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[])
          AS t (id, tenant, type, pool, priority, max_attempts, timeout_millis, payload,
                traceparent, run_at, delay, deadline, queue_timeout, heartbeat, retry, labels,
                parent, origin, operation, key, hash, held)),
      parents AS MATERIALIZED (
        SELECT p.* FROM (SELECT DISTINCT parent, tenant FROM given WHERE parent IS NOT NULL
                          ORDER BY parent) AS g
         CROSS JOIN LATERAL (
               SELECT id, tenant FROM job
                WHERE job.id = g.parent AND job.tenant = g.tenant AND finished_at IS NULL
                  AND cancel_requested_at IS NULL FOR KEY SHARE) AS p),
      fit AS (
        SELECT given.*, due,
               CASE WHEN due > now() THEN 'SCHEDULED'::job_state
                    ELSE job_gate(tenant, type) END AS state
          FROM given CROSS JOIN LATERAL (
                 SELECT coalesce(to_timestamp(run_at / 1000.0),
                                 now() + delay * interval '1 millisecond') AS due) AS d
         WHERE parent IS NULL
            OR EXISTS (SELECT FROM parents p
                        WHERE p.id = given.parent AND p.tenant = given.tenant)),
      keyed AS (
        INSERT INTO idempotency_key AS k
          (tenant, operation, key, request_hash, job_id, state, expires_at)
        SELECT tenant, operation, key, decode(hash, 'hex'), id, state,
               now() + %1$d * interval '1 millisecond'
          FROM fit WHERE key IS NOT NULL ORDER BY tenant, operation, key
        ON CONFLICT (tenant, operation, key) DO UPDATE
          SET request_hash = excluded.request_hash, job_id = excluded.job_id,
              state = excluded.state, expires_at = excluded.expires_at
          WHERE k.expires_at <= now()
        RETURNING job_id),
      moved AS (
        INSERT INTO job (id, tenant, type, pool, priority, state, max_attempts, timeout_millis,
                         payload, traceparent, ready_at, run_at, deadline, queue_timeout_millis,
                         heartbeat_millis, retry, labels, parent, origin, events, history)
        SELECT id, tenant, type, pool, priority, state, max_attempts, timeout_millis,
               payload::json, traceparent, CASE WHEN state = 'READY' THEN now() END, due,
               to_timestamp(deadline / 1000.0), queue_timeout, heartbeat, retry, labels::jsonb,
               parent, origin, 1, history_line(1, state::text, 0, NULL)
          FROM fit
         WHERE key IS NULL OR id IN (SELECT job_id FROM keyed)
        ON CONFLICT (id) DO NOTHING
        RETURNING id, tenant, type, pool, priority, state, NULL::job_state AS was, attempt, events,
                  false AS was_limited, crashes, NULL::json AS detail, run_at, deadline,
                  queue_timeout_millis, parent),
      held AS (SELECT moved.* FROM moved JOIN given USING (id)
                WHERE given.held AND moved.state = 'READY'),
      backlogged AS (
        INSERT INTO backlog (pool, priority, tenant, jobs, job_ids)
        SELECT pool, priority, tenant, count(*), array_agg(id ORDER BY id)
          FROM held GROUP BY pool, priority, tenant),
      timed AS (
        INSERT INTO job_timer (run_at, job_id, kind)
        SELECT run_at, id, 'RUN' FROM moved WHERE state = 'SCHEDULED'
        UNION ALL SELECT deadline, id, 'DEADLINE' FROM moved WHERE deadline IS NOT NULL
        UNION ALL SELECT coalesce(run_at, now()) + queue_timeout_millis * interval '1 millisecond',
                         id, 'QUEUE'
                    FROM moved WHERE queue_timeout_millis IS NOT NULL),
      related AS (
        INSERT INTO job_child (parent, child)
        SELECT parent, id FROM moved WHERE parent IS NOT NULL),
      %2$s,
      %3$s,
      %4$s
      SELECT %5$s FROM moved"""
          .formatted(
              Limits.IDEMPOTENCY_KEY_MILLIS,
              Moves.counted("moved"),
              Moves.blocked("moved"),
              Moves.announced("moved", "id NOT IN (SELECT id FROM held)"),
              Moves.SELECTED);

  /** What is there of submissions that the statement above left out, in the order given. */
  private static final String LEFT_OUT =
      """
      SELECT given.id, job.state, k.job_id, encode(k.request_hash, 'hex'), k.state
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[])
             AS given (id, tenant, operation, key)
        LEFT JOIN LATERAL (SELECT state FROM job WHERE job.id = given.id OFFSET 0) AS job ON true
        LEFT JOIN LATERAL (
             SELECT * FROM idempotency_key k
              WHERE k.tenant = given.tenant AND k.operation = given.operation
                AND k.key = given.key AND k.expires_at > now() - interval '1 minute'
             OFFSET 0) AS k ON true""";

  private final Database database;

  public SubmitStore(Database database) {
    this.database = database;
  }

  /**
   * What a batch came to.
   *
   * @param answers one per submission, in their order
   * @param announcement the READY jobs and the events, or null
   * @param blocked whether some wait for a place under a limit
   */
  public record Submitted(
      List<Accepted> answers, @Nullable Announcement announcement, boolean blocked) {}

  /**
   * Stores jobs with their idempotency keys, timers and one outbox row, in one transaction. A job
   * whose id is already there is left alone, so a batch whose commit was in doubt may be inserted
   * again. Appends to {@code job_pkey}; takes key rows in their order; locks parents by {@code
   * job_pkey} against being cancelled meanwhile. A job is SCHEDULED when its time has not come,
   * BLOCKED when a limit applies to its tenant or type, else READY.
   *
   * @param jobs at least one; no two with the same tenant, operation and idempotency key
   * @param heldBack which READY jobs go to the backlog instead of being announced
   * @param grace how long a relay leaves the outbox row to the caller
   */
  public Submitted insert(List<NewJob> jobs, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    try (Connection connection = database.connection()) {
      return insert(connection, jobs, heldBack, grace);
    }
  }

  /** As above, in a transaction of the caller's. */
  Submitted insert(
      Connection connection, List<NewJob> jobs, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      bind(connection, statement, jobs, heldBack);
      Moves.bindAnnounced(statement, 23, grace, database);
      List<Moves.Move> moves = Moves.readAll(statement);
      Map<UUID, Accepted> answers = new HashMap<>();
      moves.forEach(m -> answers.put(m.id(), new Accepted.Stored(m.id(), m.state())));
      if (answers.size() < jobs.size()) {
        explain(
            connection, jobs.stream().filter(j -> !answers.containsKey(j.id())).toList(), answers);
      }
      return new Submitted(
          jobs.stream().map(job -> answers.get(job.id())).toList(),
          withoutHeldBack(Moves.announcement(moves, database), jobs, heldBack),
          moves.stream().anyMatch(move -> move.state() == JobState.BLOCKED));
    }
  }

  private static @Nullable Announcement withoutHeldBack(
      @Nullable Announcement all, List<NewJob> jobs, Predicate<NewJob> heldBack) {
    if (all == null) {
      return null;
    }
    var held = new java.util.HashSet<UUID>();
    jobs.stream().filter(heldBack).forEach(job -> held.add(job.id()));
    return held.isEmpty()
        ? all
        : new Announcement(
            all.outboxId(),
            all.jobs().stream().filter(pointer -> !held.contains(pointer.id())).toList(),
            all.events());
  }

  private static void bind(
      Connection connection,
      PreparedStatement statement,
      List<NewJob> jobs,
      Predicate<NewJob> heldBack)
      throws SQLException {
    statement.setArray(1, Arrays.uuids(connection, jobs, NewJob::id));
    statement.setArray(2, Arrays.texts(connection, jobs, NewJob::tenant));
    statement.setArray(3, Arrays.texts(connection, jobs, NewJob::type));
    statement.setArray(4, Arrays.texts(connection, jobs, NewJob::pool));
    Arrays.ints(statement, 5, jobs, job -> job.priority().code());
    Arrays.ints(statement, 6, jobs, NewJob::maxAttempts);
    Arrays.longs(statement, 7, jobs, NewJob::timeoutMillis);
    statement.setArray(8, Arrays.texts(connection, jobs, NewJob::payload));
    statement.setArray(9, Arrays.texts(connection, jobs, NewJob::traceparent));
    List<JobOptions> options = jobs.stream().map(NewJob::options).toList();
    statement.setArray(10, Arrays.bigints(connection, options, o -> millis(o.runAt())));
    statement.setArray(11, Arrays.bigints(connection, options, JobOptions::delayMillis));
    statement.setArray(12, Arrays.bigints(connection, options, o -> millis(o.deadline())));
    statement.setArray(13, Arrays.bigints(connection, options, JobOptions::queueTimeoutMillis));
    statement.setArray(14, Arrays.bigints(connection, options, JobOptions::heartbeatMillis));
    statement.setArray(15, Arrays.texts(connection, options, o -> encoded(o.retry())));
    statement.setArray(16, Arrays.texts(connection, options, JobOptions::labels));
    statement.setArray(17, Arrays.nullableUuids(connection, options, JobOptions::parent));
    statement.setArray(18, Arrays.texts(connection, options, JobOptions::origin));
    statement.setArray(19, key(connection, options, IdempotencyKey::operation));
    statement.setArray(20, key(connection, options, IdempotencyKey::key));
    statement.setArray(21, key(connection, options, IdempotencyKey::requestHash));
    Boolean[] held = new Boolean[jobs.size()];
    for (int i = 0; i < held.length; i++) {
      held[i] = heldBack.test(jobs.get(i));
    }
    statement.setArray(22, connection.createArrayOf("boolean", held));
  }

  private static java.sql.Array key(
      Connection connection, List<JobOptions> options, Function<IdempotencyKey, String> part)
      throws SQLException {
    return Arrays.texts(
        connection,
        options,
        o -> {
          IdempotencyKey key = o.idempotency();
          return key == null ? null : part.apply(key);
        });
  }

  private static @Nullable Long millis(@Nullable Instant at) {
    return at == null ? null : at.toEpochMilli();
  }

  private static @Nullable String encoded(@Nullable RetryPolicy policy) {
    return policy == null ? null : policy.encode();
  }

  /**
   * Finds out why submissions were left out: there before, sent before, or without their parent.
   */
  private static void explain(
      Connection connection, List<NewJob> leftOut, Map<UUID, Accepted> answers)
      throws SQLException {
    List<JobOptions> options = leftOut.stream().map(NewJob::options).toList();
    try (PreparedStatement statement = connection.prepareStatement(LEFT_OUT)) {
      statement.setArray(1, Arrays.uuids(connection, leftOut, NewJob::id));
      statement.setArray(2, Arrays.texts(connection, leftOut, NewJob::tenant));
      statement.setArray(3, key(connection, options, IdempotencyKey::operation));
      statement.setArray(4, key(connection, options, IdempotencyKey::key));
      Map<UUID, Accepted> found = new HashMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          UUID id = rows.getObject(1, UUID.class);
          found.put(id, explanation(id, rows, leftOut));
        }
      }
      for (NewJob job : new ArrayList<>(leftOut)) {
        Accepted answer = found.get(job.id());
        answers.put(job.id(), answer == null ? noParent(job) : answer);
      }
    }
  }

  private static @Nullable Accepted explanation(UUID id, ResultSet row, List<NewJob> leftOut)
      throws SQLException {
    UUID first = row.getObject(3, UUID.class);
    if (first != null && !first.equals(id)) {
      String hash = row.getString(4);
      boolean same =
          leftOut.stream()
              .filter(job -> job.id().equals(id))
              .map(job -> job.options().idempotency())
              .anyMatch(key -> key != null && key.requestHash().equalsIgnoreCase(hash));
      return same
          ? new Accepted.Repeated(first, JobState.valueOf(row.getString(5)))
          : new Accepted.KeyReused(first);
    }
    String state = row.getString(2);
    return state == null ? null : new Accepted.Stored(id, JobState.valueOf(state));
  }

  private static Accepted noParent(NewJob job) {
    UUID parent = job.options().parent();
    if (parent == null) {
      throw new IllegalStateException("job " + job.id() + " was neither stored nor there before");
    }
    return new Accepted.NoParent(parent);
  }
}
