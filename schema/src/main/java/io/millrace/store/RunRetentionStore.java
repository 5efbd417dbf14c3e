package io.millrace.store;

import io.millrace.store.RetentionStore.Batch;
import io.millrace.store.RetentionStore.Keep;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets go of workflow runs that are older than their retention, row by row. */
public final class RunRetentionStore {
  /** Most tasks that one batch deletes. */
  static final int MOST_TASKS = 20_000;

  private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

  private static final String DAYS =
      """
      SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'run'::regclass
         AND c.relname < 'run_' || to_char(
               (now() - ? * interval '1 millisecond') AT TIME ZONE 'UTC', 'YYYYMMDD')
       ORDER BY c.relname""";

  /** The next runs of a day, and which of them may go: a run is read by the one it is part of. */
  private static final String OLD =
      """
      seen AS MATERIALIZED (
        SELECT id FROM run WHERE id > ? AND id < ? ORDER BY id LIMIT ?),
      old AS MATERIALIZED (
        SELECT run.id FROM run
         WHERE run.id = ANY (ARRAY(SELECT id FROM seen))
           AND run.finished_at < now() - interval '1 millisecond'
                                  * (CASE run.state WHEN 'FAILED' THEN ?::bigint ELSE ?::bigint END)
           AND (run.parent IS NULL OR NOT EXISTS (
                SELECT FROM run p WHERE p.id = run.parent AND p.finished_at IS NULL))
         ORDER BY run.id FOR UPDATE OF run SKIP LOCKED)\
      """;

  private static final String TASKS =
      """
      WITH %1$s,
      tasks AS MATERIALIZED (
        SELECT t.* FROM old
         CROSS JOIN LATERAL (
               SELECT run, node, element, round FROM run_task
                WHERE run_task.run = old.id LIMIT %2$d) AS t
         LIMIT %2$d)
      DELETE FROM run_task
       WHERE (run, node, element, round) IN (SELECT run, node, element, round FROM tasks)"""
          .formatted(OLD, MOST_TASKS);

  private static final String RUNS =
      """
      WITH %s,
      gone AS (
        DELETE FROM run WHERE id = ANY (ARRAY(SELECT id FROM old)) RETURNING id),
      outputs AS (DELETE FROM run_value WHERE run = ANY (ARRAY(SELECT id FROM gone))),
      timers AS (DELETE FROM run_timer WHERE run = ANY (ARRAY(SELECT id FROM gone))),
      inbox AS (DELETE FROM run_inbox WHERE run = ANY (ARRAY(SELECT id FROM gone)))
      SELECT (SELECT count(*) FROM gone), (SELECT id FROM seen ORDER BY id DESC LIMIT 1),
             (SELECT count(*) FROM seen)"""
          .formatted(OLD);

  private final Database database;

  public RunRetentionStore(Database database) {
    this.database = database;
  }

  /** The days on which runs were made that may be older than a retention, the oldest first. */
  public List<LocalDate> days(Keep keep) {
    long shorter = Math.min(keep.succeeded().toMillis(), keep.failed().toMillis());
    return database.dsl().fetch(DAYS, shorter).getValues(0, String.class).stream()
        .map(name -> LocalDate.parse(name.substring("run_".length()), DAY))
        .toList();
  }

  /**
   * Deletes the runs of a day that ended longer ago than their retention, among the next so many,
   * with all that was kept for them, in one transaction. By {@code run_pkey} and {@code
   * run_task_pkey}; locks the runs in id order, those that somebody else has locked stay.
   *
   * @param after where the batch before ended, or null to begin
   * @param limit most runs looked at, at least 1
   * @return a batch that goes on where it began when it deleted as many tasks as it may
   */
  public Batch delete(LocalDate day, @Nullable UUID after, Keep keep, int limit)
      throws SQLException {
    UUID from = after == null ? RetentionStore.before(PartitionStore.lowestOf(day)) : after;
    return database.inTransaction(
        connection -> {
          try (PreparedStatement tasks = bound(connection, TASKS, day, from, keep, limit)) {
            if (tasks.executeUpdate() >= MOST_TASKS) {
              return new Batch(0, from);
            }
          }
          try (PreparedStatement runs = bound(connection, RUNS, day, from, keep, limit);
              ResultSet row = runs.executeQuery()) {
            row.next();
            UUID last = row.getObject(2, UUID.class);
            return new Batch(row.getInt(1), row.getInt(3) < limit ? null : last);
          }
        });
  }

  private static PreparedStatement bound(
      Connection connection, String sql, LocalDate day, UUID from, Keep keep, int limit)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      statement.setObject(1, from);
      statement.setObject(2, PartitionStore.lowestOf(day.plusDays(1)));
      statement.setInt(3, limit);
      statement.setLong(4, keep.failed().toMillis());
      statement.setLong(5, keep.succeeded().toMillis());
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }
}
