package io.millrace.store;

import io.millrace.runtime.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
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
        SELECT job.id FROM job
         WHERE job.id = ANY (ARRAY(SELECT id FROM seen))
           AND ((job.state IN ('SUCCEEDED', 'CANCELLED', 'SKIPPED')
                AND job.finished_at < now() - ? * interval '1 millisecond')
            OR (job.state = 'FAILED'
                AND job.finished_at < now() - ? * interval '1 millisecond'))
           AND (job.run IS NULL OR NOT EXISTS (
                SELECT FROM run WHERE run.id = job.run AND run.finished_at IS NULL))
         ORDER BY job.id FOR UPDATE OF job SKIP LOCKED),
      gone AS (
        DELETE FROM job WHERE id = ANY (ARRAY(SELECT id FROM old))
        RETURNING id, pool, priority, state),
      progress AS (DELETE FROM job_progress WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      logs AS (DELETE FROM job_log WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      events AS (DELETE FROM job_event WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      checkpoints AS (DELETE FROM job_checkpoint WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      artifacts AS (DELETE FROM job_artifact WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      children AS (DELETE FROM job_child WHERE parent = ANY (ARRAY(SELECT id FROM gone))),
      letters AS (DELETE FROM dead_letter WHERE job_id = ANY (ARRAY(SELECT id FROM gone))),
      counted AS (
        INSERT INTO queue_delta (pool, priority, day, state, jobs)
        SELECT pool, priority, job_day(id), state, -count(*)
          FROM gone GROUP BY pool, priority, job_day(id), state)
      SELECT (SELECT count(*) FROM gone), (SELECT id FROM seen ORDER BY id DESC LIMIT 1),
             (SELECT count(*) FROM seen)""";

  private static final String NEEDED =
      """
      SELECT EXISTS (SELECT FROM run WHERE id < ?::uuid AND finished_at IS NULL)
          OR EXISTS (SELECT FROM run
                      WHERE id >= ?::uuid AND id < ?::uuid
                        AND finished_at > now() - ? * interval '1 millisecond')""";

  private final Database database;

  public RetentionStore(Database database) {
    this.database = database;
  }

  /** How long jobs are kept after their end. */
  public record Keep(Duration succeeded, Duration failed) {}

  /**
   * One day of jobs that has a partition.
   *
   * @param age since the day began, by the database's clock
   * @param open jobs that have not ended
   * @param succeeded jobs that are SUCCEEDED, CANCELLED or SKIPPED
   * @param over whether the whole day may go: nothing is open, every job is older than the
   *     retention of its state, and no id of the day can still come
   */
  public record Day(
      LocalDate day, Duration age, long open, long succeeded, long failed, boolean over) {}

  /** What became of an attempt to drop a day. */
  public enum Dropped {
    DONE,
    /** Something in it must stay. */
    KEPT,
    /** The tables were in use; to be tried again later. */
    BUSY
  }

  /**
   * The days up to today that have a partition, oldest first, with their counts; reads the
   * catalogue and the counters, never the jobs.
   */
  public List<Day> days(Keep keep) {
    return days(database.dsl(), keep);
  }

  private static List<Day> days(DSLContext sql, Keep keep) {
    Instant now = sql.fetchSingle("SELECT now()").get(0, OffsetDateTime.class).toInstant();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    var counts =
        sql.fetch(COUNTS, keep.succeeded().toMillis(), keep.failed().toMillis())
            .intoMap(row -> row.get(0, LocalDate.class));
    return sql
        .fetch(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                + " WHERE i.inhparent = 'job'::regclass ORDER BY c.relname")
        .getValues(0, String.class)
        .stream()
        .map(name -> LocalDate.parse(name.substring("job_".length()), DAY))
        .filter(day -> !day.isAfter(today))
        .map(day -> day(day, counts.get(day), now, today))
        .toList();
  }

  private static Day day(LocalDate day, @Nullable Record counts, Instant now, LocalDate today) {
    Duration age = Duration.between(day.atStartOfDay(ZoneOffset.UTC).toInstant(), now);
    // Ids of yesterday may still come, from a machine whose clock is behind.
    boolean past = day.isBefore(today.minusDays(1));
    if (counts == null) {
      return new Day(day, age, 0, 0, 0, past);
    }
    long open = orZero(counts.get(1, Long.class));
    return new Day(
        day,
        age,
        open,
        orZero(counts.get(2, Long.class)),
        orZero(counts.get(3, Long.class)),
        past && open == 0 && counts.get(4, Boolean.class));
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  /**
   * Drops a day's partitions of all tables with its counters and dead letters, unless something in
   * it must stay, which is looked at before and again under the lock. Takes ACCESS EXCLUSIVE on the
   * parents and the day's partitions for the moment it takes, and waits for it no longer than
   * {@code patience}; meanwhile whoever needs these tables waits too. All of it is one transaction.
   */
  public Dropped drop(LocalDate day, Keep keep, Duration patience) {
    try {
      return database.dsl().transactionResult(tx -> dropped(tx.dsl(), day, keep, patience));
    } catch (DataAccessException e) {
      // Lock not available, or a deadlock with somebody who locks in another order.
      if ("55P03".equals(e.sqlState()) || "40P01".equals(e.sqlState())) {
        return Dropped.BUSY;
      }
      throw e;
    }
  }

  private static Dropped dropped(DSLContext sql, LocalDate day, Keep keep, Duration patience) {
    if (isNeededByRuns(sql, day, keep)) {
      return Dropped.KEPT;
    }
    sql.execute("SET LOCAL lock_timeout = " + patience.toMillis());
    if (!sql.fetchSingle("SELECT pg_try_advisory_xact_lock(4242001)").get(0, Boolean.class)) {
      return Dropped.BUSY;
    }
    List<String> partitions = existing(sql, day);
    sql.execute(
        "LOCK TABLE "
            + Stream.concat(PartitionStore.TABLES.stream(), partitions.stream())
                .map(table -> "ONLY " + table)
                .collect(Collectors.joining(", "))
            + " IN ACCESS EXCLUSIVE MODE");
    if (days(sql, keep).stream().noneMatch(d -> d.day().equals(day) && d.over())
        || isNeededByRuns(sql, day, keep)) {
      return Dropped.KEPT;
    }
    sql.execute("DROP TABLE " + String.join(", ", partitions));
    sql.execute("DELETE FROM queue_count WHERE day = ?", day);
    sql.execute("DELETE FROM queue_delta WHERE day = ?", day);
    for (String table : List.of("dead_letter", "job_artifact")) {
      sql.execute(
          "DELETE FROM " + table + " WHERE job_id >= ?::uuid AND job_id < ?::uuid",
          PartitionStore.lowestOf(day),
          PartitionStore.lowestOf(day.plusDays(1)));
    }
    return Dropped.DONE;
  }

  /** A run that has not ended may still read what jobs gave it on the days since it was made. */
  private static boolean isNeededByRuns(DSLContext sql, LocalDate day, Keep keep) {
    Duration longest =
        keep.succeeded().compareTo(keep.failed()) > 0 ? keep.succeeded() : keep.failed();
    return sql.fetchSingle(
            NEEDED,
            PartitionStore.lowestOf(day.plusDays(1)),
            PartitionStore.lowestOf(day),
            PartitionStore.lowestOf(day.plusDays(1)),
            longest.toMillis())
        .get(0, Boolean.class);
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
  static UUID before(UUID lowest) {
    UUID earlier = Ids.lowest(Ids.timeOf(lowest).minusMillis(1));
    return new UUID(earlier.getMostSignificantBits() | 0xfff, -1L);
  }
}
