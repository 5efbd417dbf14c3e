package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobPointer;
import io.millrace.model.Priority;
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
 * READY jobs that are not announced yet because their queue has enough announced, as one row per
 * batch and tenant, and how full each queue is.
 */
public final class BacklogStore {
  /** Most tenants looked at in one round; the others come next, since the round goes on there. */
  private static final int TENANTS = 500;

  /** Most rows of a tenant looked at in one round. */
  private static final int ROWS = 20;

  private static final String QUEUES =
      """
      SELECT q.pool, q.priority,
             coalesce(sum(q.jobs) FILTER (WHERE state = 'READY'), 0)::bigint,
             coalesce(min(b.jobs), 0)::bigint,
             (SELECT coalesce(sum(s.slots), 0)
                FROM worker CROSS JOIN LATERAL unnest(pools, pool_slots) AS s (pool, slots)
               WHERE state = 'LIVE' AND s.pool = q.pool)::bigint,
             coalesce(sum(q.jobs) FILTER (WHERE state NOT IN ('READY', 'BLOCKED', 'SCHEDULED')),
                      0)::bigint
        FROM (SELECT pool, priority, state, jobs FROM queue_count
              UNION ALL
              SELECT pool, priority, state, jobs FROM queue_delta) AS q
        LEFT JOIN (SELECT pool, priority, sum(jobs) AS jobs FROM backlog GROUP BY pool, priority)
             AS b ON b.pool = q.pool AND b.priority = q.priority
       GROUP BY q.pool, q.priority""";

  private static final String HELD =
      """
      WITH RECURSIVE t AS (
        SELECT 0 AS i, ?::text AS tenant
        UNION ALL
        SELECT i + 1, (SELECT min(b.tenant) FROM backlog b
                        WHERE b.pool = ? AND b.priority = ? AND b.tenant > t.tenant)
          FROM t WHERE t.tenant IS NOT NULL AND i < %d)
      SELECT h.id, h.tenant, h.jobs, (extract(epoch FROM now() - h.since) * 1000)::bigint
        FROM t CROSS JOIN LATERAL (
             SELECT id, tenant, jobs, since FROM backlog b
              WHERE b.pool = ? AND b.priority = ? AND b.tenant = t.tenant
              ORDER BY b.id LIMIT %d) AS h
       WHERE t.i > 0
       ORDER BY t.i, h.id"""
          .formatted(TENANTS, ROWS);

  private static final String TAKE =
      """
      WITH asked AS (SELECT * FROM unnest(?::bigint[], ?::int[]) AS t (id, take)),
      rows AS (
        SELECT b.*, asked.take FROM asked CROSS JOIN LATERAL (
               SELECT id, tenant, pool, priority, jobs, job_ids FROM backlog
                WHERE backlog.id = asked.id FOR UPDATE SKIP LOCKED) AS b),
      gone AS (
        DELETE FROM backlog WHERE id = ANY (ARRAY(SELECT id FROM rows WHERE take >= jobs))),
      cut AS (
        UPDATE backlog SET job_ids = rows.job_ids[rows.take + 1:], jobs = rows.jobs - rows.take
          FROM rows
         WHERE backlog.id = ANY (ARRAY(SELECT id FROM rows WHERE take < jobs))
           AND backlog.id = rows.id),
      taken AS (
        SELECT u.id, tenant, pool, priority
          FROM rows CROSS JOIN LATERAL unnest(rows.job_ids[1:rows.take]) AS u (id)),
      announced AS (
        INSERT INTO outbox (due_at, job_ids)
        SELECT now() + ? * interval '1 millisecond', array_agg(id) FROM taken HAVING count(*) > 0
        RETURNING id)
      SELECT (SELECT id FROM announced), id, tenant, pool, priority FROM taken""";

  private final Database database;

  public BacklogStore(Database database) {
    this.database = database;
  }

  /**
   * How full a queue is.
   *
   * @param ready READY jobs, announced or not
   * @param held those of them that are in the backlog
   * @param slots of the live workers that serve the pool
   * @param begun jobs that run or have ended: grows as the queue drains
   */
  public record Queue(
      String pool, Priority priority, long ready, long held, long slots, long begun) {
    /** READY jobs that Kafka holds pointers of, or is about to. */
    public long announced() {
      return Math.max(0, ready - held);
    }
  }

  /** All queues that have had READY jobs; from counters and the backlog's few rows. */
  public List<Queue> queues() {
    return database
        .dsl()
        .fetch(QUEUES)
        .map(
            row ->
                new Queue(
                    row.get(0, String.class),
                    Priority.ofCode(row.get(1, Integer.class)),
                    row.get(2, Long.class),
                    row.get(3, Long.class),
                    row.get(4, Long.class),
                    row.get(5, Long.class)));
  }

  /** One row of the backlog. */
  public record Held(long id, String tenant, int jobs, long ageMillis) {}

  /**
   * The oldest rows of each tenant in a queue, the tenants in order of name from the one after
   * {@code afterTenant} on; by {@code backlog_queue_idx}, skipping from tenant to tenant.
   *
   * @param afterTenant empty for the first
   */
  public List<Held> held(String pool, Priority priority, String afterTenant) {
    return database
        .dsl()
        .fetch(HELD, afterTenant, pool, priority.code(), pool, priority.code())
        .map(
            row ->
                new Held(
                    row.get(0, Long.class),
                    row.get(1, String.class),
                    row.get(2, Integer.class),
                    row.get(3, Long.class)));
  }

  /** So many jobs of one row, from its front. */
  public record Share(long id, int jobs) {}

  /**
   * Takes jobs out of the backlog and into one outbox row, in one transaction, by {@code
   * backlog_pkey}; rows another process holds are skipped. Does not look at the jobs: a pointer of
   * one that is READY no longer costs an empty claim, which is rarer and cheaper than looking.
   *
   * @param shares at least one, each row once
   */
  public @Nullable Announcement take(List<Share> shares, Duration grace) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(TAKE)) {
      Arrays.longs(statement, 1, shares, Share::id);
      Arrays.ints(statement, 2, shares, Share::jobs);
      statement.setLong(3, grace.toMillis());
      List<JobPointer> jobs = new ArrayList<>();
      long outboxId = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          outboxId = rows.getLong(1);
          jobs.add(
              new JobPointer(
                  rows.getObject(2, UUID.class),
                  rows.getString(3),
                  rows.getString(4),
                  Priority.ofCode(rows.getInt(5))));
        }
      }
      return jobs.isEmpty() ? null : new Announcement(outboxId, jobs);
    }
  }

  /** Jobs a tenant has waiting: in the backlog, or BLOCKED under a limit. */
  public record TenantLoad(String tenant, String pool, long jobs) {}

  /** What waits of each tenant in each pool; scans the backlog's rows and the blocked jobs. */
  public List<TenantLoad> tenantLoads() {
    return database
        .dsl()
        .fetch(
            """
            SELECT tenant, pool, sum(jobs)::bigint
              FROM (SELECT tenant, pool, jobs FROM backlog
                    UNION ALL SELECT tenant, pool, 1 FROM job_blocked) AS w
             GROUP BY tenant, pool""")
        .map(
            row ->
                new TenantLoad(
                    row.get(0, String.class), row.get(1, String.class), row.get(2, Long.class)));
  }
}
