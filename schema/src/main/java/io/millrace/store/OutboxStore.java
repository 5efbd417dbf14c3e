package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobEvent;
import io.millrace.model.JobPointer;
import io.millrace.model.Priority;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
        SELECT id FROM outbox WHERE due_at < now() ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED)
      UPDATE outbox SET due_at = now() + ? * interval '1 millisecond'
       WHERE outbox.id = ANY (ARRAY(SELECT id FROM due))
      RETURNING outbox.id, job_ids, event_ids, event_numbers""";

  private static final String STILL_READY =
      """
      SELECT u.id, job.id, job.tenant, job.pool, job.priority
        FROM unnest(?::bigint[], ?::uuid[]) AS u (id, job_id)
       CROSS JOIN LATERAL (
             SELECT id, tenant, pool, priority FROM job
              WHERE job.id = u.job_id AND job.state = 'READY' OFFSET 0) AS job""";

  private final Database database;
  private final EventStore events;

  public OutboxStore(Database database) {
    this.database = database;
    this.events = new EventStore(database);
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
   * jobs that are still READY come with them, and the events that are still kept; a row without any
   * is returned too, to be deleted.
   *
   * @param limit most rows
   * @param grace how long the rows are left to the caller
   */
  public List<Announcement> take(int limit, Duration grace) throws SQLException {
    try (Connection connection = database.connection()) {
      List<Row> rows = rows(connection, limit, grace);
      if (rows.isEmpty()) {
        return List.of();
      }
      Map<Long, List<JobPointer>> ready = stillReady(connection, rows);
      Map<Long, List<JobEvent>> happened = events.of(connection, rows);
      return rows.stream()
          .map(
              row ->
                  new Announcement(
                      row.id(),
                      ready.getOrDefault(row.id(), List.of()),
                      happened.getOrDefault(row.id(), List.of())))
          .toList();
    }
  }

  /** One outbox row as it is stored. */
  record Row(long id, List<UUID> jobs, List<UUID> eventJobs, List<Integer> eventNumbers) {}

  private static List<Row> rows(Connection connection, int limit, Duration grace)
      throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      statement.setInt(1, limit);
      statement.setLong(2, grace.toMillis());
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Array numbers = result.getArray(4);
          rows.add(
              new Row(
                  result.getLong(1),
                  Arrays.uuids(result.getArray(2)),
                  Arrays.uuids(result.getArray(3)),
                  numbers == null ? List.of() : List.of((Integer[]) numbers.getArray())));
        }
      }
    }
    rows.sort(Comparator.comparingLong(Row::id));
    return rows;
  }

  private static Map<Long, List<JobPointer>> stillReady(Connection connection, List<Row> rows)
      throws SQLException {
    record Pointed(long row, UUID job) {}
    List<Pointed> pointed =
        rows.stream().flatMap(r -> r.jobs().stream().map(job -> new Pointed(r.id(), job))).toList();
    Map<Long, List<JobPointer>> ready = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(STILL_READY)) {
      Arrays.longs(statement, 1, pointed, Pointed::row);
      statement.setArray(2, Arrays.uuids(connection, pointed, Pointed::job));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          ready
              .computeIfAbsent(result.getLong(1), id -> new ArrayList<>())
              .add(
                  new JobPointer(
                      result.getObject(2, UUID.class),
                      result.getString(3),
                      result.getString(4),
                      Priority.ofCode(result.getInt(5))));
        }
      }
    }
    return ready;
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
