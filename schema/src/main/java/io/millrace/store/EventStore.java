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
  /** The lines of a job's history as rows. */
  private static final String LINES =
      """
      LATERAL (
               SELECT (line->>0)::int AS n, (line->>1)::bigint AS at, line->>2 AS kind,
                      (line->>3)::int AS attempt, line->>4 AS detail
                 FROM (SELECT line::json FROM
                       regexp_split_to_table(rtrim(job.history, E'\\n'), E'\\n') AS t (line)
                        WHERE line <> '') AS s)\
      """;

  private static final String AFTER =
      """
      SELECT id, tenant, type, n, at, kind, attempt, detail FROM (
        SELECT job.id, job.tenant, job.type, l.n, l.at, l.kind, l.attempt, l.detail
          FROM job CROSS JOIN %1$s AS l
         WHERE job.id = ? AND job.tenant = ? AND l.n > ?
        UNION ALL
        SELECT job.id, job.tenant, job.type, e.n, (extract(epoch FROM e.at) * 1000)::bigint,
               e.kind, e.attempt, e.detail::text
          FROM job CROSS JOIN (
               SELECT * FROM job_event WHERE job_id = ? AND n > ? ORDER BY n LIMIT ?) AS e
         WHERE job.id = ? AND job.tenant = ?) AS e
       ORDER BY n LIMIT ?"""
          .formatted(LINES);

  private static final String NUMBERED =
      """
      WITH u AS (SELECT * FROM unnest(?::bigint[], ?::uuid[], ?::int[]) AS u (row, id, n)),
      j AS (
        SELECT job.* FROM (SELECT DISTINCT id FROM u) AS d CROSS JOIN LATERAL (
               SELECT id, tenant, type, history FROM job WHERE job.id = d.id OFFSET 0) AS job)
      SELECT id, tenant, type, n, at, kind, attempt, detail, row FROM (
        SELECT job.id, job.tenant, job.type, l.n, l.at, l.kind, l.attempt, l.detail, u.row
          FROM j AS job CROSS JOIN %1$s AS l JOIN u ON u.id = job.id AND u.n = l.n
        UNION ALL
        SELECT j.id, j.tenant, j.type, e.n, (extract(epoch FROM e.at) * 1000)::bigint, e.kind,
               e.attempt, e.detail::text, u.row
          FROM u JOIN j ON j.id = u.id CROSS JOIN LATERAL (
               SELECT * FROM job_event WHERE job_id = u.id AND job_event.n = u.n OFFSET 0) AS e
        ) AS e
       ORDER BY row, id, n"""
          .formatted(LINES);

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
      statement.setObject(1, id);
      statement.setString(2, tenant);
      statement.setInt(3, after);
      statement.setObject(4, id);
      statement.setInt(5, after);
      statement.setInt(6, limit);
      statement.setObject(7, id);
      statement.setString(8, tenant);
      statement.setInt(9, limit);
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
    try (PreparedStatement statement = connection.prepareStatement(NUMBERED)) {
      Arrays.longs(statement, 1, named, Named::row);
      statement.setArray(2, Arrays.uuids(connection, named, Named::job));
      Arrays.ints(statement, 3, named, Named::number);
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
