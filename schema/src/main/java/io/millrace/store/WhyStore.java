package io.millrace.store;

import io.millrace.model.JobFacts;
import io.millrace.model.JobFacts.Hold;
import io.millrace.model.JobFacts.Queue;
import io.millrace.model.JobFacts.Runner;
import io.millrace.model.JobView;
import io.millrace.model.RunLimit;
import io.millrace.model.RunLimit.Scope;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What explains where a job is. No statement walks through the jobs: they read counters, the
 * workers, and bounded stretches of the tables that jobs wait in.
 */
public final class WhyStore {
  /** Most jobs named that hold places under one limit. */
  private static final int HOLDERS = 20;

  /** Most places looked at for them. */
  private static final int PLACES = 1_000;

  /** Most rows of the backlog and of the outbox looked at. */
  private static final int ROWS = 1_000;

  private static final String QUEUE =
      """
      SELECT (SELECT coalesce(sum(jobs), 0) FROM (
                SELECT jobs FROM queue_count WHERE pool = ? AND priority = ? AND state = 'READY'
                UNION ALL
                SELECT jobs FROM queue_delta WHERE pool = ? AND priority = ? AND state = 'READY')
                AS c)::bigint,
             (SELECT coalesce(sum(jobs), 0) FROM backlog WHERE pool = ? AND priority = ?)::bigint,
             w.live, w.draining, w.slots, w.silent
        FROM (SELECT (count(*) FILTER (WHERE state = 'LIVE'))::int AS live,
                     (count(*) FILTER (WHERE state = 'DRAINING'))::int AS draining,
                     coalesce(sum(pool_slots[array_position(pools, ?)])
                                FILTER (WHERE state = 'LIVE'), 0)::int AS slots,
                     (extract(epoch FROM now() - max(beat_at) FILTER (WHERE state = 'LIVE'))
                       * 1000)::bigint AS silent
                FROM worker
               WHERE state IN ('LIVE', 'DRAINING') AND NOT quarantine AND ? = ANY (pools)) AS w""";

  private static final String BACKLOG_PLACE =
      """
      WITH rows AS (
        SELECT id, jobs, job_ids FROM backlog WHERE pool = ? AND priority = ? AND tenant = ?
         ORDER BY id LIMIT %d),
      mine AS (
        SELECT id, array_position(job_ids, ?::uuid) AS at FROM rows WHERE ?::uuid = ANY (job_ids)
         LIMIT 1)
      SELECT (SELECT coalesce(sum(jobs), 0) FROM rows WHERE rows.id < mine.id)::bigint
             + mine.at - 1
        FROM mine"""
          .formatted(ROWS);

  private static final String UNANNOUNCED =
      """
      SELECT (extract(epoch FROM now() - due_at) * 1000)::bigint
        FROM (SELECT due_at, job_ids FROM outbox ORDER BY id LIMIT %d) AS o
       WHERE due_at < now() AND ?::uuid = ANY (job_ids)
       ORDER BY due_at LIMIT 1"""
          .formatted(ROWS);

  private static final String WAITING =
      """
      SELECT (SELECT count(*) FROM (
                SELECT FROM job_blocked b
                 WHERE b.type = mine.type AND b.tenant = mine.tenant
                   AND (b.priority, b.job_id) < (mine.priority, mine.job_id) LIMIT %d) AS c)::int
        FROM job_blocked mine WHERE mine.job_id = ?"""
          .formatted(JobFacts.MOST_COUNTED);

  private static final String LANE =
      """
      SELECT (SELECT count(*) FROM (
                SELECT FROM job_quarantine q
                 WHERE (q.since, q.job_id) < (mine.since, mine.job_id) LIMIT %d) AS c)::int
        FROM job_quarantine mine WHERE mine.job_id = ?"""
          .formatted(JobFacts.MOST_COUNTED);

  private static final String HOLDS =
      """
      SELECT l.id, l.scope, l.subject, l.max_running, l.rate_starts, l.rate_millis,
             (SELECT count(*) FROM permit WHERE limit_id = l.id AND kind = 'RUN')::int,
             r.started, r.next,
             ARRAY(SELECT job.id
                     FROM (SELECT id, job_id FROM permit WHERE limit_id = l.id AND kind = 'RUN'
                            LIMIT %d) AS p
                    CROSS JOIN LATERAL (
                          SELECT id FROM job
                           WHERE job.id = p.job_id AND job.tenant = ? OFFSET 0) AS job
                    ORDER BY p.id LIMIT %d)
        FROM run_limit l CROSS JOIN LATERAL (
             SELECT count(*)::int AS started,
                    (extract(epoch FROM min(free_at) - now()) * 1000)::bigint AS next
               FROM permit WHERE limit_id = l.id AND kind = 'RATE'
                AND (free_at IS NULL OR free_at > now())) AS r
       WHERE (l.scope = 'TENANT' AND l.subject = ?) OR (l.scope = 'TYPE' AND l.subject = ?)
       ORDER BY l.scope, l.subject"""
          .formatted(PLACES, HOLDERS);

  private final Database database;

  public WhyStore(Database database) {
    this.database = database;
  }

  /**
   * The facts about a job that was read a moment ago; it may have moved since, then some are
   * missing.
   */
  public JobFacts facts(String tenant, JobView job) {
    return switch (job.state()) {
      case READY -> new JobFacts(queue(tenant, job), null, null, List.of(), null);
      case BLOCKED ->
          new JobFacts(
              null,
              number(LANE, job.id(), Integer.class),
              number(WAITING, job.id(), Integer.class),
              holds(tenant, job.type()),
              null);
      case RUNNING -> new JobFacts(null, null, null, List.of(), runner(job.id()).orElse(null));
      case SCHEDULED, WAITING, SUCCEEDED, FAILED, CANCELLED, SKIPPED -> JobFacts.NONE;
    };
  }

  /** Counters, backlog by {@code backlog_queue_idx}, outbox by its key, one row per worker. */
  private Queue queue(String tenant, JobView job) {
    short priority = job.priority().code();
    org.jooq.Record row =
        database
            .dsl()
            .fetchSingle(
                QUEUE,
                job.pool(),
                priority,
                job.pool(),
                priority,
                job.pool(),
                priority,
                job.pool(),
                job.pool());
    long held = row.get(1, Long.class);
    Long place =
        held == 0
            ? null
            : database
                .dsl()
                .fetchOptional(BACKLOG_PLACE, job.pool(), priority, tenant, job.id(), job.id())
                .map(found -> found.get(0, Long.class))
                .orElse(null);
    boolean limitedSince =
        database
            .dsl()
            .fetchOptional(
                "SELECT NOT limited AND job_gate(tenant, type) = 'BLOCKED' FROM job WHERE id = ?",
                job.id())
            .map(found -> found.get(0, Boolean.class))
            .orElse(false);
    return new Queue(
        row.get(0, Long.class),
        held,
        place,
        row.get(2, Integer.class),
        row.get(3, Integer.class),
        row.get(4, Integer.class),
        row.get(5, Long.class),
        limitedSince,
        number(UNANNOUNCED, job.id(), Long.class));
  }

  /** By {@code permit_limit_idx}; names the holders of the first places only. */
  private List<Hold> holds(String tenant, String type) {
    return database
        .dsl()
        .fetch(HOLDS, tenant, tenant, type)
        .map(
            row -> {
              int running = row.get(6, Integer.class);
              List<UUID> holders = List.of(row.get(9, UUID[].class));
              RunLimit limit =
                  new RunLimit(
                      row.get(0, Integer.class),
                      Scope.valueOf(row.get(1, String.class)),
                      row.get(2, String.class),
                      row.get(3, Integer.class),
                      row.get(4, Integer.class),
                      row.get(5, Long.class));
              return new Hold(
                  limit,
                  running,
                  row.get(7, Integer.class),
                  row.get(8, Long.class),
                  holders,
                  running - holders.size());
            });
  }

  private Optional<Runner> runner(UUID id) {
    return database
        .dsl()
        .fetchOptional(
            """
            SELECT w.name, w.session, w.state,
                   (extract(epoch FROM now() - w.beat_at) * 1000)::bigint
              FROM job JOIN worker w ON w.session = job.session WHERE job.id = ?""",
            id)
        .map(
            row ->
                new Runner(
                    row.get(0, String.class),
                    row.get(1, Long.class),
                    row.get(2, String.class),
                    row.get(3, Long.class)));
  }

  private <T> @Nullable T number(String query, UUID id, Class<T> type) {
    return database.dsl().fetchOptional(query, id).map(row -> row.get(0, type)).orElse(null);
  }
}
