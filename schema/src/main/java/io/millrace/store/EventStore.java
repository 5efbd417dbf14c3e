package io.millrace.store;

import io.millrace.model.JobEvent;
import io.millrace.model.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  private static final String HEADS =
      """
      SELECT job.id, job.events, job.finished_at IS NOT NULL
        FROM unnest(?::uuid[], ?::text[]) AS w (id, tenant)
        JOIN job ON job.id = w.id AND job.tenant = w.tenant""";

  /** The limit on bytes is applied after the one on events, so that no more is read than those. */
  private static final String PAGES =
      """
      SELECT job.id, job.tenant, job.type, e.n, e.at, e.kind, e.attempt, e.detail, job.events,
             job.finished_at IS NOT NULL
        FROM unnest(?::uuid[], ?::text[], ?::int[]) AS w (id, tenant, after)
        JOIN job ON job.id = w.id AND job.tenant = w.tenant
        LEFT JOIN LATERAL (
          SELECT n, at, kind, attempt, detail,
                 sum(coalesce(octet_length(detail), 0)) OVER (ORDER BY n) AS bytes,
                 row_number() OVER (ORDER BY n) AS place
            FROM (
              SELECT (l.line->>0)::int AS n, (l.line->>1)::bigint AS at, l.line->>2 AS kind,
                     (l.line->>3)::int AS attempt, l.line->>4 AS detail
                FROM (SELECT t.line::json AS line
                        FROM string_to_table(job.history, E'\\n') AS t (line)
                       WHERE t.line <> '') AS l
               WHERE (l.line->>0)::int > w.after
              UNION ALL
              SELECT r.n, (extract(epoch FROM r.at) * 1000)::bigint, r.kind, r.attempt,
                     r.detail::text
                FROM job_event r WHERE r.job_id = job.id AND r.n > w.after
               ORDER BY 1 LIMIT ?) AS firsts) AS e ON e.place = 1 OR e.bytes <= %d
       ORDER BY job.id, e.n"""
          .formatted(Limits.MAX_EVENT_PAGE_BYTES);

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

  /** Where a reader of a job's log stands: after the event of that number; 0 before the first. */
  public record Position(String tenant, UUID id, int after) {}

  /**
   * How far a job's log goes.
   *
   * @param last the latest event's number
   * @param isFinal whether the job is in a final state, so that nothing follows unless it is
   *     replayed
   */
  public record Head(UUID id, int last, boolean isFinal) {}

  /**
   * Events of one job that follow a position, and how far its log went when they were read. A
   * number that is missing has been trimmed. When the last one's number is below the head's, more
   * follow; there is at least one unless the position is at the head.
   */
  public record Page(Head head, List<JobEvent> events) {}

  /**
   * How far the logs of jobs go, by {@code job_pkey}; in any order. Jobs that the tenant does not
   * have are missing. What a position's {@code after} says does not matter.
   *
   * @param jobs at least one
   */
  public List<Head> heads(List<Position> jobs) throws SQLException {
    List<Head> heads = new ArrayList<>(jobs.size());
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(HEADS)) {
      statement.setArray(1, Arrays.uuids(connection, jobs, Position::id));
      statement.setArray(2, Arrays.texts(connection, jobs, Position::tenant));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          heads.add(new Head(rows.getObject(1, UUID.class), rows.getInt(2), rows.getBoolean(3)));
        }
      }
    }
    return heads;
  }

  /**
   * What follows positions in the logs of jobs, in one snapshot, by {@code job_pkey} and {@code
   * job_event_pkey}. Jobs that the tenant does not have are missing.
   *
   * @param positions at least one, no job twice
   * @param limit most events of each, at least 1; fewer when their details are longer than {@link
   *     Limits#MAX_EVENT_PAGE_BYTES} together
   */
  public List<Page> pages(List<Position> positions, int limit) throws SQLException {
    Map<UUID, Page> pages = new LinkedHashMap<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(PAGES)) {
      statement.setArray(1, Arrays.uuids(connection, positions, Position::id));
      statement.setArray(2, Arrays.texts(connection, positions, Position::tenant));
      Arrays.ints(statement, 3, positions, Position::after);
      statement.setInt(4, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Head head = new Head(rows.getObject(1, UUID.class), rows.getInt(9), rows.getBoolean(10));
          Page page = pages.computeIfAbsent(head.id(), _ -> new Page(head, new ArrayList<>()));
          if (rows.getInt(4) > 0) {
            page.events().add(read(rows));
          }
        }
      }
    }
    return List.copyOf(pages.values());
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
