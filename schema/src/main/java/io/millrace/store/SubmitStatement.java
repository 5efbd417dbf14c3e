package io.millrace.store;

import io.millrace.model.CacheAnswer;
import io.millrace.model.CacheUse;
import io.millrace.model.CachedResult;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.RetryPolicy;
import io.millrace.model.RunTask;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The statement that stores a batch of submissions, without the parts that no job of the batch asks
 * for. Most batches ask for none: they have a third of the columns to send and no rows to carry
 * from one part of the statement to the next.
 */
final class SubmitStatement {
  /** What a batch may ask for. */
  private enum Part {
    /** Trace contexts. */
    TRACED,
    /** A later start, a deadline, a longest wait. */
    TIMED,
    /** Options that are kept and not looked at here. */
    CONFIGURED,
    /** Parents, which must be there and not be cancelled meanwhile. */
    RELATED,
    /** Idempotency keys. */
    KEYED,
    /** Tasks of workflow runs. */
    IN_RUN,
    /** Jobs that lead, follow, or have the result of another. */
    CACHED,
    /** Jobs that go to the backlog instead of being announced, and others that do not. */
    SOME_HELD,
    /** Nothing but jobs that go to the backlog, as in a flood of one queue. */
    ALL_HELD,
    /** Jobs that a worker takes at once. */
    TAKEN
  }

  /** One array to send; a column of a part that is left out is NULL in every row. */
  private record Column(
      String name, String type, @Nullable Part part, Function<NewJob, @Nullable Object> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("id", "uuid", null, NewJob::id),
          new Column("tenant", "text", null, NewJob::tenant),
          new Column("type", "text", null, NewJob::type),
          new Column("pool", "text", null, NewJob::pool),
          new Column("priority", "int", null, job -> job.priority().code()),
          new Column("max_attempts", "int", null, NewJob::maxAttempts),
          new Column("timeout_millis", "bigint", null, NewJob::timeoutMillis),
          new Column("payload", "text", null, NewJob::payload),
          new Column("traceparent", "text", Part.TRACED, NewJob::traceparent),
          new Column("run_at", "bigint", Part.TIMED, of(o -> millis(o.runAt()))),
          new Column("delay", "bigint", Part.TIMED, of(JobOptions::delayMillis)),
          new Column("deadline", "bigint", Part.TIMED, of(o -> millis(o.deadline()))),
          new Column("queue_timeout", "bigint", Part.TIMED, of(JobOptions::queueTimeoutMillis)),
          new Column("heartbeat", "bigint", Part.CONFIGURED, of(JobOptions::heartbeatMillis)),
          new Column("retry", "text", Part.CONFIGURED, of(o -> encoded(o.retry()))),
          new Column("labels", "text", Part.CONFIGURED, of(JobOptions::labels)),
          new Column("origin", "text", Part.CONFIGURED, of(JobOptions::origin)),
          new Column("parent", "uuid", Part.RELATED, of(JobOptions::parent)),
          new Column("run", "uuid", Part.IN_RUN, task(RunTask::run)),
          new Column("run_node", "int", Part.IN_RUN, task(RunTask::node)),
          new Column("run_element", "int", Part.IN_RUN, task(RunTask::element)),
          new Column("run_round", "int", Part.IN_RUN, task(RunTask::round)),
          new Column("cache_state", "text", Part.CACHED, cached(SubmitStatement::stateBy)),
          new Column("cache_key", "text", Part.CACHED, cached(SubmitStatement::keyOf)),
          new Column("cache_source", "uuid", Part.CACHED, found(CachedResult::source)),
          new Column("result", "text", Part.CACHED, found(CachedResult::json)),
          new Column("cache_found", "text", Part.CACHED, cached(SubmitStatement::unproven)),
          new Column("cache_detail", "text", Part.CACHED, cached(SubmitStatement::detailOf)),
          new Column("operation", "text", Part.KEYED, key(IdempotencyKey::operation)),
          new Column("key", "text", Part.KEYED, key(IdempotencyKey::key)),
          new Column("hash", "text", Part.KEYED, key(IdempotencyKey::requestHash)));

  private static final String PARENTS =
      """
      parents AS MATERIALIZED (
        SELECT p.* FROM (SELECT DISTINCT parent, tenant FROM given WHERE parent IS NOT NULL
                          ORDER BY parent) AS g
         CROSS JOIN LATERAL (
               SELECT id, tenant FROM job
                WHERE job.id = g.parent AND job.tenant = g.tenant AND finished_at IS NULL
                  AND cancel_requested_at IS NULL FOR KEY SHARE) AS p),
      """;

  private static final String HAS_PARENT =
      """
       WHERE parent IS NULL
          OR EXISTS (SELECT FROM parents p
                      WHERE p.id = given.parent AND p.tenant = given.tenant)\
      """;

  private static final String DUE =
      """
      CROSS JOIN LATERAL (
        SELECT coalesce(to_timestamp(run_at / 1000.0),
                        now() + delay * interval '1 millisecond') AS due) AS d\
      """;

  /** Limits are few and mostly none, so they are asked for by job only when there are any. */
  private static final String GATE =
      """
      CASE WHEN (SELECT limits FROM asked) THEN job_gate(tenant, type)
           ELSE 'READY'::job_state END\
      """;

  /** As a claim does it: a limit comes first, and only a LIVE session takes anything. */
  private static final String GATE_TAKEN =
      """
      CASE WHEN (SELECT limits FROM asked) AND job_gate(tenant, type) <> 'READY'
                THEN 'BLOCKED'::job_state
           WHEN EXISTS (SELECT FROM live) AND given.id IN (SELECT unnest(?::uuid[]))
                THEN 'RUNNING'::job_state
           ELSE 'READY'::job_state END\
      """;

  private static final String LIVE =
      """
      live AS (
        SELECT session, clock_timestamp() AS at FROM worker WHERE session = ? AND state = 'LIVE'),
      """;

  private static final String KEPT =
      """
      kept AS (
        INSERT INTO claim (session, batch, job_ids)
        SELECT (SELECT session FROM live), ?, array_agg(id) FROM moved
         WHERE state = 'RUNNING' HAVING count(*) > 0),
      """;

  private static final String KEYED =
      """
      keyed AS (
        INSERT INTO idempotency_key AS k
          (tenant, operation, key, request_hash, job_id, state, expires_at)
        SELECT tenant, operation, key, decode(hash, 'hex'), id, state,
               now() + %d * interval '1 millisecond'
          FROM fit WHERE key IS NOT NULL ORDER BY tenant, operation, key
        ON CONFLICT (tenant, operation, key) DO UPDATE
          SET request_hash = excluded.request_hash, job_id = excluded.job_id,
              state = excluded.state, expires_at = excluded.expires_at
          WHERE k.expires_at <= now()
        RETURNING job_id),
      """
          .formatted(Limits.IDEMPOTENCY_KEY_MILLIS);

  private static final String SOME_HELD =
      """
      held AS (SELECT id, pool, priority, tenant FROM moved
                WHERE state = 'READY' AND id IN (SELECT unnest(?::uuid[]))),
      """;

  private static final String ALL_HELD =
      """
      held AS (SELECT id, pool, priority, tenant FROM moved WHERE state = 'READY'),
      """;

  private static final String BACKLOGGED =
      """
      backlogged AS (
        INSERT INTO backlog (pool, priority, tenant, jobs, job_ids)
        SELECT pool, priority, tenant, count(*), array_agg(id ORDER BY id)
          FROM held GROUP BY pool, priority, tenant),
      """;

  private static final String TIMED =
      """
      timed AS (
        INSERT INTO job_timer (run_at, job_id, kind)
        SELECT run_at, id, 'RUN' FROM moved WHERE state = 'SCHEDULED'
        UNION ALL SELECT deadline, id, 'DEADLINE' FROM moved
                   WHERE deadline IS NOT NULL AND state <> 'SUCCEEDED'
        UNION ALL SELECT coalesce(run_at, now()) + queue_timeout_millis * interval '1 millisecond',
                         id, 'QUEUE'
                    FROM moved
                   WHERE queue_timeout_millis IS NOT NULL AND state <> 'SUCCEEDED'),
      """;

  private static final String RELATED =
      """
      related AS (
        INSERT INTO job_child (parent, child)
        SELECT parent, id FROM moved WHERE parent IS NOT NULL),
      """;

  /** The first line of a job's log is the same for all of one state. */
  private static final String FIRST_LINE =
      """
      CASE state WHEN 'READY' THEN (SELECT history_line(1, 'READY', 0, NULL))
                 WHEN 'BLOCKED' THEN (SELECT history_line(1, 'BLOCKED', 0, NULL))
                 WHEN 'RUNNING' THEN (SELECT history_line(1, 'READY', 0, NULL)
                                             || history_line(2, 'RUNNING', 1, NULL))
                 ELSE history_line(1, state::text, 0, NULL) END\
      """;

  /** The same, saying whose result the job has or waits for. */
  private static final String CACHED_LINE =
      "CASE WHEN cache_detail IS NULL THEN (%s) ELSE history_line(1, state::text, 0, cache_detail::json) END"
          .formatted(FIRST_LINE);

  /** A result that was too large to be sent is copied from where it is. */
  private static final String RESULT =
      """
      CASE WHEN cache_source IS NOT NULL
           THEN coalesce(result::json,
                         (SELECT s.result FROM job s WHERE s.id = fit.cache_source)) END\
      """;

  /** Nothing is stored when somebody was given a result that is not the latest any more. */
  private static final String UNCHANGED =
      """
      AND (SELECT coalesce(cache_current(array_agg(cache_found), array_agg(cache_source)), true)
             FROM given WHERE cache_found IS NOT NULL)\
      """;

  /** What the first event of a cached job says; a statement returns only what it stored. */
  private static final String DETAIL =
      """
      (split_part(history, E'\\n', 1)::json ->> 4)::json\
      """;

  /** Of a job that runs at once: session, attempt, when it started, and lines of its log. */
  private static final String STARTED =
      """
      CASE state WHEN 'RUNNING' THEN (SELECT session FROM live) END,
      CASE state WHEN 'RUNNING' THEN 1 ELSE 0 END,
      CASE state WHEN 'RUNNING' THEN (SELECT at FROM live) END,
      CASE state WHEN 'RUNNING' THEN 2 ELSE 1 END\
      """;

  private static final Map<Set<Part>, String> TEXTS = new ConcurrentHashMap<>();

  private final List<NewJob> jobs;
  private final List<UUID> held;
  private final Set<Part> parts;
  private final Successors.@Nullable Taking taking;

  SubmitStatement(
      List<NewJob> jobs, Predicate<NewJob> heldBack, Successors.@Nullable Taking taking) {
    this.jobs = jobs;
    this.taking = taking;
    this.held = jobs.stream().filter(heldBack).map(NewJob::id).toList();
    this.parts = EnumSet.noneOf(Part.class);
    for (Column column : COLUMNS) {
      Part part = column.part();
      if (part != null && !parts.contains(part) && jobs.stream().anyMatch(has(column))) {
        parts.add(part);
      }
    }
    if (!held.isEmpty()) {
      parts.add(held.size() == jobs.size() ? Part.ALL_HELD : Part.SOME_HELD);
    }
    if (taking != null) {
      parts.add(Part.TAKEN);
    }
  }

  /** The ids of jobs that go to the backlog. */
  List<UUID> held() {
    return held;
  }

  /** Prepares and binds it; its result is read by {@link Moves#readAll}. */
  PreparedStatement prepare(Connection connection, Duration grace, Database database)
      throws SQLException {
    PreparedStatement statement =
        connection.prepareStatement(
            TEXTS.computeIfAbsent(Set.copyOf(parts), SubmitStatement::text));
    try {
      int index = 1;
      if (taking != null) {
        statement.setLong(index++, taking.session());
      }
      for (Column column : COLUMNS) {
        if (isSent(column, parts)) {
          statement.setArray(index++, array(connection, column));
        }
      }
      if (taking != null) {
        statement.setArray(index++, Arrays.uuids(connection, List.copyOf(taking.jobs()), id -> id));
        statement.setLong(index++, taking.batch());
      }
      if (parts.contains(Part.SOME_HELD)) {
        statement.setArray(index++, Arrays.uuids(connection, held, id -> id));
      }
      Moves.bindAnnounced(statement, index, grace, database);
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private Array array(Connection connection, Column column) throws SQLException {
    @Nullable Object[] values = new @Nullable Object[jobs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.value().apply(jobs.get(i));
    }
    return connection.createArrayOf(column.type(), values);
  }

  private static String text(Set<Part> parts) {
    boolean timed = parts.contains(Part.TIMED);
    String gate = parts.contains(Part.TAKEN) ? GATE_TAKEN : GATE;
    String state =
        timed ? "CASE WHEN due > now() THEN 'SCHEDULED'::job_state ELSE " + gate + " END" : gate;
    boolean cached = parts.contains(Part.CACHED);
    if (cached) {
      state = "coalesce(cache_state::job_state, " + state + ")";
    }
    return """
        WITH asked AS (SELECT EXISTS (SELECT FROM run_limit) AS limits),
        %17$s given AS (%1$s),
        %2$s fit AS (
          SELECT given.*, %3$s AS due, %4$s AS state FROM given %5$s%6$s),
        %7$s moved AS (
          INSERT INTO job (id, tenant, type, pool, priority, state, max_attempts, timeout_millis,
                           payload, traceparent, ready_at, run_at, deadline, queue_timeout_millis,
                           heartbeat_millis, retry, labels, parent, origin, run, run_node,
                           run_element, run_round, %18$s events, history%20$s)
          SELECT id, tenant, type, pool, priority, state, max_attempts, timeout_millis,
                 payload::json, traceparent, CASE WHEN state IN ('READY', 'RUNNING') THEN now() END, due,
                 to_timestamp(deadline / 1000.0), queue_timeout, heartbeat, retry, labels::jsonb,
                 parent, origin, run, run_node, run_element, run_round, %19$s, %8$s%21$s
            FROM fit %9$s
          ON CONFLICT (id) DO NOTHING
          RETURNING id, tenant, type, pool, priority, state, NULL::job_state AS was, attempt,
                    events, false AS was_limited, crashes, %22$s AS detail, run_at, deadline,
                    queue_timeout_millis, parent),
        %10$s%11$s%12$s%13$s,
        %14$s,
        %15$s
        SELECT %16$s FROM moved"""
        .formatted(
            given(parts),
            parts.contains(Part.RELATED) ? PARENTS : "",
            timed ? "due" : "NULL::timestamptz",
            state,
            timed ? DUE : "",
            parts.contains(Part.RELATED) ? HAS_PARENT : "",
            parts.contains(Part.KEYED) ? KEYED : "",
            cached ? CACHED_LINE : FIRST_LINE,
            stored(parts),
            (parts.contains(Part.TAKEN) ? KEPT : "") + held(parts),
            timed ? TIMED : "",
            parts.contains(Part.RELATED) ? RELATED : "",
            Moves.countedNew("moved"),
            Moves.blockedNew("moved"),
            Moves.announced("moved", isAnnounced(parts)),
            Moves.SELECTED,
            parts.contains(Part.TAKEN) ? LIVE : "",
            parts.contains(Part.TAKEN) ? "session, attempt, started_at," : "",
            parts.contains(Part.TAKEN) ? STARTED : "1",
            cached ? ", cache_key, cache_source, result, finished_at" : "",
            cached
                ? ", decode(cache_key, 'hex'), cache_source, "
                    + RESULT
                    + ", CASE WHEN state = 'SUCCEEDED' THEN now() END"
                : "",
            cached ? DETAIL : "NULL::json");
  }

  private static String stored(Set<Part> parts) {
    String unused =
        parts.contains(Part.KEYED)
            ? "WHERE (key IS NULL OR id IN (SELECT job_id FROM keyed))"
            : parts.contains(Part.CACHED) ? "WHERE true" : "";
    return parts.contains(Part.CACHED) ? unused + " " + UNCHANGED : unused;
  }

  private static String held(Set<Part> parts) {
    if (parts.contains(Part.ALL_HELD)) {
      return ALL_HELD + BACKLOGGED;
    }
    return parts.contains(Part.SOME_HELD) ? SOME_HELD + BACKLOGGED : "";
  }

  private static String isAnnounced(Set<Part> parts) {
    if (parts.contains(Part.ALL_HELD)) {
      return "false";
    }
    return parts.contains(Part.SOME_HELD) ? "id NOT IN (SELECT id FROM held)" : "true";
  }

  private static String given(Set<Part> parts) {
    List<String> columns = new ArrayList<>();
    List<String> arrays = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Column column : COLUMNS) {
      if (isSent(column, parts)) {
        columns.add("t." + column.name());
        arrays.add("?::" + column.type() + "[]");
        names.add(column.name());
      } else {
        columns.add("NULL::" + column.type() + " AS " + column.name());
      }
    }
    return "SELECT %s FROM unnest(%s) AS t (%s)"
        .formatted(String.join(", ", columns), String.join(", ", arrays), String.join(", ", names));
  }

  private static boolean isSent(Column column, Set<Part> parts) {
    return column.part() == null || parts.contains(column.part());
  }

  private static Predicate<NewJob> has(Column column) {
    return job -> column.value().apply(job) != null;
  }

  private static Function<NewJob, @Nullable Object> of(
      Function<JobOptions, @Nullable Object> option) {
    return job -> option.apply(job.options());
  }

  private static Function<NewJob, @Nullable Object> key(Function<IdempotencyKey, Object> part) {
    return of(
        options -> {
          IdempotencyKey key = options.idempotency();
          return key == null ? null : part.apply(key);
        });
  }

  private static Function<NewJob, @Nullable Object> task(Function<RunTask, Object> part) {
    return of(
        options -> {
          RunTask task = options.task();
          return task == null ? null : part.apply(task);
        });
  }

  private static Function<NewJob, @Nullable Object> cached(
      Function<CacheUse, @Nullable Object> part) {
    return of(
        options -> {
          CacheUse use = options.cache();
          return use == null ? null : part.apply(use);
        });
  }

  private static Function<NewJob, @Nullable Object> found(
      Function<CachedResult, @Nullable Object> part) {
    return cached(
        use -> use instanceof CacheUse.Answered answered ? part.apply(answered.found()) : null);
  }

  private static @Nullable Object stateBy(CacheUse use) {
    return switch (use) {
      case CacheUse.Asks _, CacheUse.Alone _, CacheUse.Leads _ -> null;
      case CacheUse.Follows _ -> JobState.WAITING.name();
      case CacheUse.Answered _ -> JobState.SUCCEEDED.name();
    };
  }

  private static @Nullable Object keyOf(CacheUse use) {
    return switch (use) {
      case CacheUse.Leads(String key) -> key;
      case CacheUse.Asks _, CacheUse.Alone _, CacheUse.Follows _, CacheUse.Answered _ -> null;
    };
  }

  private static @Nullable Object unproven(CacheUse use) {
    return use instanceof CacheUse.Answered answered && answered.unproven()
        ? answered.found().key()
        : null;
  }

  private static @Nullable Object detailOf(CacheUse use) {
    CacheAnswer answer = CacheAnswer.of(use);
    return answer == null || answer.source() == null
        ? null
        : "{\"cache\": \"%s\", \"source\": \"%s\"}".formatted(answer.status(), answer.source());
  }

  private static @Nullable Long millis(@Nullable Instant at) {
    return at == null ? null : at.toEpochMilli();
  }

  private static @Nullable String encoded(@Nullable RetryPolicy policy) {
    return policy == null ? null : policy.encode();
  }
}
