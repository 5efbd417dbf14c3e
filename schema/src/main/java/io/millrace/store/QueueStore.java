package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobPointer;
import io.millrace.model.JobState;
import io.millrace.model.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Queue lengths, kept by counting moves, and the repair of queues that Kafka has forgotten part of.
 */
public final class QueueStore {
  private static final String FOLD =
      """
      WITH taken AS (DELETE FROM queue_delta RETURNING pool, priority, day, state, jobs)
      INSERT INTO queue_count (pool, priority, day, state, jobs)
      SELECT pool, priority, day, state, sum(jobs) FROM taken
       GROUP BY pool, priority, day, state
      HAVING sum(jobs) <> 0 OR state IN ('SUCCEEDED', 'CANCELLED', 'SKIPPED', 'FAILED')
       ORDER BY pool, priority, day, state
      ON CONFLICT (pool, priority, day, state)
      DO UPDATE SET jobs = queue_count.jobs + excluded.jobs, changed_at = now()""";

  private static final String COUNTED =
      "(SELECT pool, priority, day, state, jobs FROM queue_count UNION ALL"
          + " SELECT pool, priority, day, state, jobs FROM queue_delta) AS c";

  private static final String REANNOUNCE =
      """
      WITH lost AS (
        SELECT id, tenant, pool, priority FROM job
         WHERE state = 'READY' AND pool = ? AND priority = ?
           AND ready_at < now() - ? * interval '1 millisecond'
           AND id >= ?::uuid
         ORDER BY id LIMIT ?),
      announced AS (
        INSERT INTO outbox (due_at, job_ids)
        SELECT now() + ? * interval '1 millisecond', array_agg(id) FROM lost HAVING count(*) > 0
        RETURNING id)
      SELECT id, tenant, pool, priority, (SELECT id FROM announced) FROM lost""";

  private final Database database;

  public QueueStore(Database database) {
    this.database = database;
  }

  /**
   * Folds the deltas into the counts. One folder at a time, by an advisory lock; a second one does
   * nothing.
   */
  public void fold() {
    database
        .dsl()
        .transaction(
            tx -> {
              if (tx.dsl()
                  .fetchSingle("SELECT pg_try_advisory_xact_lock(4242002)")
                  .get(0, Boolean.class)) {
                tx.dsl().execute(FOLD);
              }
            });
  }

  /**
   * Folds when at least so many deltas wait: no worker leads, or the leader does not keep up.
   *
   * @return whether it folded
   */
  public boolean foldIfMany(int deltas) {
    int waiting =
        database
            .dsl()
            .fetchSingle("SELECT count(*)::int FROM (SELECT FROM queue_delta LIMIT ?) AS d", deltas)
            .get(0, Integer.class);
    if (waiting < deltas) {
      return false;
    }
    fold();
    return true;
  }

  /**
   * Jobs of a pool by state; states without jobs are absent. Reads the counters, never the jobs.
   */
  public Map<JobState, Long> counts(String pool) {
    Map<JobState, Long> counts = new EnumMap<>(JobState.class);
    database
        .dsl()
        .fetch("SELECT state, sum(jobs) FROM " + COUNTED + " WHERE pool = ? GROUP BY state", pool)
        .forEach(
            row -> {
              long jobs = row.get(1, Long.class);
              if (jobs != 0) {
                counts.put(JobState.valueOf(row.get(0, String.class)), jobs);
              }
            });
    return counts;
  }

  /**
   * How much waits in a pool.
   *
   * @param waiting jobs that could run now: READY or BLOCKED
   * @param begun jobs that run or have ended: grows as the pool drains
   */
  public record PoolLoad(String pool, long waiting, long begun) {}

  /** What waits in each pool; from the counters. */
  public List<PoolLoad> loads() {
    return database
        .dsl()
        .fetch(
            "SELECT pool,"
                + " coalesce(sum(jobs) FILTER (WHERE state IN ('READY', 'BLOCKED')), 0)::bigint,"
                + " coalesce(sum(jobs) FILTER"
                + " (WHERE state NOT IN ('READY', 'BLOCKED', 'SCHEDULED')), 0)::bigint FROM "
                + COUNTED
                + " GROUP BY pool")
        .map(
            row ->
                new PoolLoad(
                    row.get(0, String.class), row.get(1, Long.class), row.get(2, Long.class)));
  }

  /** READY jobs of one queue that are to be announced: without the backlog; from the counters. */
  public long ready(String pool, Priority priority) {
    return database
        .dsl()
        .fetchSingle(
            "SELECT (SELECT coalesce(sum(jobs), 0) FROM "
                + COUNTED
                + " WHERE pool = ? AND priority = ? AND state = 'READY')"
                + " - (SELECT coalesce(sum(jobs), 0) FROM backlog WHERE pool = ? AND priority = ?)",
            pool,
            priority.code(),
            pool,
            priority.code())
        .get(0, Long.class);
  }

  /** The earliest day whose partition holds READY jobs of a queue, or null; from the counters. */
  public @Nullable LocalDate oldestReadyDay(String pool, Priority priority) {
    return database
        .dsl()
        .fetchSingle(
            "SELECT min(day) FROM (SELECT day FROM "
                + COUNTED
                + " WHERE pool = ? AND priority = ? AND state = 'READY'"
                + " GROUP BY day HAVING sum(jobs) > 0) AS d",
            pool,
            priority.code())
        .get(0, LocalDate.class);
  }

  /**
   * Writes an outbox row for the oldest READY jobs of a queue. Walks {@code job_pkey} from {@code
   * fromDay} on: costly when much lies before them, and called only when Kafka holds fewer pointers
   * than there are READY jobs. Locks nothing.
   *
   * @param age how long a job must have been READY
   * @param limit most jobs, at least 1
   */
  public @Nullable Announcement reannounce(
      String pool, Priority priority, Duration age, LocalDate fromDay, int limit, Duration grace)
      throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(REANNOUNCE)) {
      statement.setString(1, pool);
      statement.setInt(2, priority.code());
      statement.setLong(3, age.toMillis());
      statement.setObject(4, PartitionStore.lowestOf(fromDay));
      statement.setInt(5, limit);
      statement.setLong(6, grace.toMillis());
      List<JobPointer> jobs = new ArrayList<>();
      long outboxId = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          jobs.add(
              new JobPointer(
                  rows.getObject(1, UUID.class),
                  rows.getString(2),
                  rows.getString(3),
                  Priority.ofCode(rows.getInt(4))));
          outboxId = rows.getLong(5);
        }
      }
      return jobs.isEmpty() ? null : new Announcement(outboxId, jobs);
    }
  }
}
