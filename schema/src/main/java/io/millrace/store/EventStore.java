package io.millrace.store;

import io.millrace.model.JobEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The numbered log of each job. Moves are lines in the job's own row, written by the statement that
 * moves it; progress and output are rows of {@code job_event}. Both share one numbering.
 */
public final class EventStore {
  /** Events of jobs named by a relation {@code asked (id, n)}: those numbered above n. */
  private static final String ALL =
      """
      SELECT job.id, job.tenant, job.type, (l.line->>0)::int AS n, (l.line->>1)::bigint AS at,
             l.line->>2 AS kind, (l.line->>3)::int AS attempt, l.line->>4 AS detail
        FROM job CROSS JOIN LATERAL (
               SELECT line::json AS line
                 FROM regexp_split_to_table(rtrim(job.history, E'\\n'), E'\\n') AS t (line)
                WHERE line <> '') AS l
       WHERE job.id = ANY (?::uuid[])
      UNION ALL
      SELECT job.id, job.tenant, job.type, e.n, (extract(epoch FROM e.at) * 1000)::bigint, e.kind,
             e.attempt, e.detail::text
        FROM job JOIN job_event e ON e.job_id = job.id
       WHERE job.id = ANY (?::uuid[])""";

  private static final String AFTER =
      "SELECT * FROM (" + ALL + ") AS e WHERE tenant = ? AND n > ? ORDER BY n LIMIT ?";

  private static final String NUMBERED =
      """
      SELECT e.id, e.tenant, e.type, e.n, e.at, e.kind, e.attempt, e.detail, u.row FROM (%s) AS e
        JOIN unnest(?::bigint[], ?::uuid[], ?::int[]) AS u (row, id, n) USING (id, n)
       ORDER BY u.row, e.id, e.n"""
          .formatted(ALL);

  private final Database database;

  public EventStore(Database database) {
    this.database = database;
  }

  /**
   * The events of one job after a number, in order; by {@code job_pkey} and {@code job_event_pkey}.
   * When the first one's number is not {@code after + 1}, those between have been trimmed.
   *
   * @param after 0 for all
   * @param limit most events, at least 1
   * @return empty when there are none, or the tenant has no such job
   */
  public List<JobEvent> after(String tenant, UUID id, int after, int limit) throws SQLException {
    List<JobEvent> events = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(AFTER)) {
      List<UUID> ids = List.of(id);
      statement.setArray(1, Arrays.uuids(connection, ids, one -> one));
      statement.setArray(2, Arrays.uuids(connection, ids, one -> one));
      statement.setString(3, tenant);
      statement.setInt(4, after);
      statement.setInt(5, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          events.add(read(rows));
        }
      }
    }
    return events;
  }

  /** The events that outbox rows name, by row; those trimmed since are missing. */
  Map<Long, List<JobEvent>> of(Connection connection, List<OutboxStore.Row> rows)
      throws SQLException {
    record Named(long row, UUID job, int number) {}
    List<Named> named = new ArrayList<>();
    for (OutboxStore.Row row : rows) {
      for (int i = 0; i < row.eventJobs().size(); i++) {
        named.add(new Named(row.id(), row.eventJobs().get(i), row.eventNumbers().get(i)));
      }
    }
    Map<Long, List<JobEvent>> found = new HashMap<>();
    if (named.isEmpty()) {
      return found;
    }
    List<UUID> ids = named.stream().map(Named::job).distinct().toList();
    try (PreparedStatement statement = connection.prepareStatement(NUMBERED)) {
      statement.setArray(1, Arrays.uuids(connection, ids, id -> id));
      statement.setArray(2, Arrays.uuids(connection, ids, id -> id));
      Arrays.longs(statement, 3, named, Named::row);
      statement.setArray(4, Arrays.uuids(connection, named, Named::job));
      Arrays.ints(statement, 5, named, Named::number);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          found.computeIfAbsent(result.getLong("row"), row -> new ArrayList<>()).add(read(result));
        }
      }
    }
    return found;
  }

  /** Reads columns 1 to 8: id, tenant, type, n, at, kind, attempt, detail. */
  static JobEvent read(ResultSet row) throws SQLException {
    return new JobEvent(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        Instant.ofEpochMilli(row.getLong(5)),
        row.getString(6),
        row.getInt(7),
        row.getString(8));
  }
}
