package io.millrace.store;

import io.millrace.runtime.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Retention: whole days where every job is old enough, batches of rows where some must stay. A
 * day's jobs are those whose ids are of it, so a day is one partition of each table kept per job.
 */
public final class RetentionStore {
  /** The table names end with it. */
  private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

  private static final String COUNTS =
      """
      SELECT day,
             sum(jobs) FILTER (WHERE state NOT IN ('SUCCEEDED', 'CANCELLED', 'SKIPPED', 'FAILED')
                                 AND jobs <> 0),
             sum(jobs) FILTER (WHERE state IN ('SUCCEEDED', 'CANCELLED', 'SKIPPED')),
             sum(jobs) FILTER (WHERE state = 'FAILED'),
             coalesce(bool_and(changed_at < now() - ? * interval '1 millisecond')
               FILTER (WHERE state IN ('SUCCEEDED', 'CANCELLED', 'SKIPPED') AND jobs > 0), true)
             AND coalesce(bool_and(changed_at < now() - ? * interval '1 millisecond')
               FILTER (WHERE state = 'FAILED' AND jobs > 0), true)
        FROM (SELECT day, state, sum(jobs) AS jobs, max(changed_at) AS changed_at
                FROM (SELECT day, state, jobs, changed_at FROM queue_count
                      UNION ALL SELECT day, state, jobs, now() FROM queue_delta) AS c
               GROUP BY day, state) AS s
       GROUP BY day""";

  private static final String DELETE =
      """
      WITH seen AS (
        SELECT id, state, finished_at FROM job
         WHERE id > ? AND id < ? ORDER BY id LIMIT ?),
      old AS (
        SELECT job.id FROM job JOIN seen ON seen.id = job.id
         WHERE (job.state IN ('SUCCEEDED', 'CANCELLED', 'SKIPPED')
                AND job.finished_at < now() - ? * interval '1 millisecond')
            OR (job.state = 'FAILED' AND job.finished_at < now() - ? * interval '1 millisecond')
         ORDER BY job.id FOR UPDATE OF job SKIP LOCKED),
      gone AS (
        DELETE FROM job WHERE id = ANY (ARRAY(SELECT id FROM old))
        RETURNING id, pool, priority, state),
      progress AS (DELETE FROM job_progress WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      logs AS (DELETE FROM job_log WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      events AS (DELETE FROM job_event WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      checkpoints AS (DELETE FROM job_checkpoint WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      children AS (DELETE FROM job_child WHERE parent = ANY (ARRAY(SELECT id FROM gone))),
      letters AS (DELETE FROM dead_letter WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      counted AS (
        INSERT INTO queue_delta (pool, priority, day, state, jobs)
        SELECT pool, priority, job_day(id), state, -count(*)
          FROM gone GROUP BY pool, priority, job_day(id), state)
      SELECT (SELECT count(*) FROM gone), (SELECT id FROM seen ORDER BY id DESC LIMIT 1),
             (SELECT count(*) FROM seen)""";

  private final Database database;

  public RetentionStore(Database database) {
    this.database = database;
  }

  /** How long jobs are kept after their end. */
  public record Keep(Duration succeeded, Duration failed) {}

  /**
   * One day of jobs that has a partition.
   *
   * @param open jobs that have not ended
   * @param succeeded jobs that are SUCCEEDED, CANCELLED or SKIPPED
   * @param old whether every final job is older than the retention of its state
   */
  public record Day(LocalDate day, long open, long succeeded, long failed, boolean old) {
    /** Whether the whole day may go. */
    public boolean isOver() {
      return open == 0 && old;
    }
  }

  /**
   * The days with a partition that end before yesterday, oldest first, with their counts; reads the
   * catalogue and the counters, never the jobs.
   */
  public List<Day> pastDays(Keep keep) {
    return days(database.dsl(), keep).stream().toList();
  }

  /**
   * The latest day that {@link #pastDays} lists, and all days before and after with a partition.
   */
  private static List<Day> days(DSLContext sql, Keep keep) {
    LocalDate today =
        sql.fetchSingle("SELECT (now() AT TIME ZONE 'UTC')::date").get(0, LocalDate.class);
    List<LocalDate> partitions =
        sql
            .fetch(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                    + " WHERE i.inhparent = 'job'::regclass ORDER BY c.relname")
            .getValues(0, String.class)
            .stream()
            .map(name -> LocalDate.parse(name.substring("job_".length()), DAY))
            .filter(day -> !day.isAfter(today))
            .toList();
    var counts =
        sql.fetch(COUNTS, keep.succeeded().toMillis(), keep.failed().toMillis())
            .intoMap(row -> row.get(0, LocalDate.class));
    return partitions.stream()
        .map(
            day -> {
              var row = counts.get(day);
              if (row == null) {
                return new Day(day, 0, 0, 0, day.isBefore(today.minusDays(1)));
              }
              return new Day(
                  day,
                  orZero(row.get(1, Long.class)),
                  orZero(row.get(2, Long.class)),
                  orZero(row.get(3, Long.class)),
                  // Ids of yesterday may still come, from a machine whose clock is behind.
                  row.get(4, Boolean.class) && day.isBefore(today.minusDays(1)));
            })
        .toList();
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  /**
   * Drops a day's partitions of all tables with its counters and dead letters, unless something in
   * it must stay, which is looked at again under the lock. Takes ACCESS EXCLUSIVE on the day's
   * partitions and on their parents for the moment it takes, and waits for it no longer than {@code
   * patience}; meanwhile whoever needs these tables waits too.
   *
   * @return false when nothing was dropped
   * @throws org.jooq.exception.DataAccessException with SQLSTATE 55P03 when the lock was not given
   */
  public boolean drop(LocalDate day, Keep keep, Duration patience) {
    return database
        .dsl()
        .transactionResult(
            tx -> {
              DSLContext sql = tx.dsl();
              sql.execute("SET LOCAL lock_timeout = " + patience.toMillis());
              if (!sql.fetchSingle("SELECT pg_try_advisory_xact_lock(4242001)")
                  .get(0, Boolean.class)) {
                return false;
              }
              List<String> partitions = existing(sql, day);
              sql.execute(
                  "LOCK TABLE "
                      + String.join(", ", PartitionStore.TABLES)
                      + " IN ACCESS EXCLUSIVE MODE");
              if (days(sql, keep).stream().noneMatch(d -> d.day().equals(day) && d.isOver())) {
                return false;
              }
              sql.execute("DROP TABLE " + String.join(", ", partitions));
              sql.execute("DELETE FROM queue_count WHERE day = ?", day);
              sql.execute("DELETE FROM queue_delta WHERE day = ?", day);
              sql.execute(
                  "DELETE FROM dead_letter WHERE job_id >= ?::uuid AND job_id < ?::uuid",
                  PartitionStore.lowestOf(day),
                  PartitionStore.lowestOf(day.plusDays(1)));
              return true;
            });
  }

  private static List<String> existing(DSLContext sql, LocalDate day) {
    List<String> named =
        PartitionStore.TABLES.stream().map(table -> PartitionStore.name(table, day)).toList();
    return sql.fetch(
            "SELECT relname FROM pg_class WHERE relname = ANY (?) AND relispartition",
            (Object) named.toArray(String[]::new))
        .getValues(0, String.class);
  }

  /**
   * What a batch of deletions did.
   *
   * @param deleted jobs that are gone, with all that was kept for them
   * @param last where to go on, or null at the end of the day
   */
  public record Batch(int deleted, @Nullable UUID last) {}

  /**
   * Deletes the final jobs of a day that are older than their retention, among the next so many, in
   * one transaction; the counters are kept. By {@code job_pkey}; locks the jobs in id order, those
   * that somebody else has locked stay.
   *
   * @param after where the batch before ended, or null to begin
   * @param limit most jobs looked at, at least 1
   */
  public Batch delete(LocalDate day, @Nullable UUID after, Keep keep, int limit)
      throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(DELETE)) {
      statement.setObject(1, after == null ? before(PartitionStore.lowestOf(day)) : after);
      statement.setObject(2, PartitionStore.lowestOf(day.plusDays(1)));
      statement.setInt(3, limit);
      statement.setLong(4, keep.succeeded().toMillis());
      statement.setLong(5, keep.failed().toMillis());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        UUID last = row.getObject(2, UUID.class);
        return new Batch(row.getInt(1), row.getInt(3) < limit ? null : last);
      }
    }
  }

  /** An id of the day before, above all that are in use. */
  private static UUID before(UUID lowest) {
    UUID earlier = Ids.lowest(Ids.timeOf(lowest).minusMillis(1));
    return new UUID(earlier.getMostSignificantBits() | 0xfff, -1L);
  }
}
