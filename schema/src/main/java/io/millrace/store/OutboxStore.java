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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Batches of READY jobs on their way to Kafka. */
public final class OutboxStore {
  private static final String ADD =
      "INSERT INTO outbox (due_at, job_ids) VALUES (now() + ? * interval '1 millisecond', ?)"
          + " RETURNING id";

  private static final String TAKE =
      """
      WITH due AS (
        SELECT id FROM outbox WHERE due_at < now() ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED),
      taken AS (
        UPDATE outbox SET due_at = now() + ? * interval '1 millisecond'
          FROM due WHERE outbox.id = due.id
        RETURNING outbox.id, job_ids)
      SELECT taken.id, job.id, job.tenant, job.pool, job.priority
        FROM taken LEFT JOIN job ON job.id = ANY (taken.job_ids) AND job.state = 'READY'""";

  private final Database database;

  public OutboxStore(Database database) {
    this.database = database;
  }

  /**
   * Writes a row for jobs that are READY already and are to be announced again.
   *
   * @param jobs at least one
   * @param grace how long a relay leaves the row to the caller
   */
  public Announcement add(List<JobPointer> jobs, Duration grace) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(ADD)) {
      statement.setLong(1, grace.toMillis());
      statement.setArray(2, Arrays.uuids(connection, jobs, JobPointer::id));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Announcement(row.getLong(1), List.copyOf(jobs));
      }
    }
  }

  /**
   * Takes rows nobody has announced in time and puts their due time off, so that no other relay
   * takes them meanwhile. The oldest first, by {@code outbox_pkey}; locked rows are skipped. Only
   * jobs that are still READY come with them; a row without any is returned too, to be deleted.
   *
   * @param limit most rows
   * @param grace how long the rows are left to the caller
   */
  public List<Announcement> take(int limit, Duration grace) throws SQLException {
    Map<Long, List<JobPointer>> taken = new LinkedHashMap<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(TAKE)) {
      statement.setInt(1, limit);
      statement.setLong(2, grace.toMillis());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          List<JobPointer> jobs = taken.computeIfAbsent(rows.getLong(1), id -> new ArrayList<>());
          UUID job = rows.getObject(2, UUID.class);
          if (job != null) {
            jobs.add(
                new JobPointer(
                    job, rows.getString(3), rows.getString(4), Priority.ofCode(rows.getInt(5))));
          }
        }
      }
    }
    return taken.entrySet().stream()
        .map(row -> new Announcement(row.getKey(), row.getValue()))
        .toList();
  }

  /**
   * Deletes announced rows by {@code outbox_pkey}. Not flushed to disk before it returns: a row
   * that comes back after a crash is announced twice, which costs one empty claim.
   */
  public void delete(List<Long> ids) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement lazily =
            connection.prepareStatement("SET LOCAL synchronous_commit = off");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM outbox WHERE id = ANY (?::bigint[])")) {
      connection.setAutoCommit(false);
      lazily.execute();
      Arrays.longs(delete, 1, ids, Long::longValue);
      delete.execute();
      connection.commit();
    }
  }

  /** Rows that wait now; a scan of a table that is nearly empty. */
  public long waiting() {
    return database.dsl().fetchCount(io.millrace.db.Tables.OUTBOX);
  }
}
