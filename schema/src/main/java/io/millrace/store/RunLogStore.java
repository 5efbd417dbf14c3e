package io.millrace.store;

import io.millrace.model.Limits;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Position;
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
import org.jspecify.annotations.Nullable;

/**
 * The numbered log of each run: moves are lines in the run's own row, older ones in {@code
 * run_log}; pieces of partial output are rows of {@code run_output}. All share one numbering.
 */
public final class RunLogStore {
  /** Most rows of {@code run_log} read of a run at a time. */
  private static final int CHUNKS = 4;

  private static final String HEADS =
      """
      SELECT run.id, run.events, run.finished_at IS NOT NULL
        FROM unnest(?::uuid[], ?::text[]) AS w (id, tenant)
        JOIN run ON run.id = w.id AND run.tenant = w.tenant""";

  private static final String ROWS =
      """
      SELECT run.id, run.tenant, run.workflow, run.version, run.events,
             run.finished_at IS NOT NULL, run.log
        FROM unnest(?::uuid[], ?::text[]) AS w (id, tenant)
        JOIN run ON run.id = w.id AND run.tenant = w.tenant""";

  private static final String OLDER =
      """
      SELECT w.id, l.last, l.lines
        FROM unnest(?::uuid[], ?::int[]) AS w (id, after)
       CROSS JOIN LATERAL (
             SELECT last, lines FROM run_log WHERE run = w.id AND last > w.after
              ORDER BY last LIMIT %d) AS l
       ORDER BY w.id, l.last"""
          .formatted(CHUNKS);

  /** A piece beyond the bytes of a page comes without its document. */
  private static final String OUTPUTS =
      """
      SELECT w.id, o.n, o.at, o.node, o.element, o.round, o.job_id, o.attempt,
             o.place = 1 OR o.bytes <= %1$d,
             CASE WHEN o.place = 1 OR o.bytes <= %1$d THEN o.detail END
        FROM unnest(?::uuid[], ?::int[]) AS w (id, after)
       CROSS JOIN LATERAL (
             SELECT *, sum(coalesce(octet_length(detail), 0)) OVER (ORDER BY n) AS bytes,
                    row_number() OVER (ORDER BY n) AS place
               FROM (SELECT r.n, r.at, r.node, r.element, r.round, r.job_id, e.attempt,
                            e.detail::text AS detail
                       FROM (SELECT * FROM run_output WHERE run = w.id AND n > w.after
                              ORDER BY n LIMIT ?) AS r
                       LEFT JOIN LATERAL (
                            SELECT attempt, detail FROM job_event
                             WHERE job_id = r.job_id AND job_event.n = r.job_n OFFSET 0) AS e
                         ON true) AS first) AS o
       ORDER BY w.id, o.n"""
          .formatted(Limits.MAX_EVENT_PAGE_BYTES);

  private final Database database;

  public RunLogStore(Database database) {
    this.database = database;
  }

  /**
   * Moves that were made in one transaction.
   *
   * @param n number of the first
   * @param at when, in milliseconds since 1970 by the database's clock
   * @param moves as {@link RunChange.Log} has them
   */
  public record Line(int n, long at, String moves) {
    /** Reads a line without its end. */
    public static Line of(String text) {
      int first = text.indexOf(' ');
      int second = text.indexOf(' ', first + 1);
      return new Line(
          Integer.parseInt(text, 0, first, 10),
          Long.parseLong(text, first + 1, second, 10),
          text.substring(second + 1));
    }
  }

  /**
   * A piece of partial output of a task.
   *
   * @param piece the document, JSON text; null when it is not kept any more
   */
  public record Output(
      int n,
      Instant at,
      int node,
      int element,
      int round,
      UUID job,
      int attempt,
      @Nullable String piece) {}

  /**
   * What follows a position in one run's log.
   *
   * @param last no event above this number is here, and none up to it is missing that is still kept
   */
  public record Page(
      Head head,
      String tenant,
      String workflow,
      String version,
      int last,
      List<Line> lines,
      List<Output> outputs) {}

  /** How far the logs of runs go, by {@code run_pkey}; as {@link EventStore#heads}. */
  public List<Head> heads(List<Position> runs) throws SQLException {
    List<Head> heads = new ArrayList<>(runs.size());
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(HEADS)) {
      bind(connection, statement, runs);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          heads.add(new Head(rows.getObject(1, UUID.class), rows.getInt(2), rows.getBoolean(3)));
        }
      }
    }
    return heads;
  }

  /**
   * What follows positions in the logs of runs, by {@code run_pkey}, {@code run_log_pkey} and
   * {@code run_output_pkey}. Runs that the tenant does not have are missing. A log only grows, and
   * the row is read first: so what is read after it goes at least as far.
   *
   * @param positions at least one, no run twice
   * @param limit most pieces of output of each, at least 1; fewer when they are longer than {@link
   *     Limits#MAX_EVENT_PAGE_BYTES} together
   */
  public List<Page> pages(List<Position> positions, int limit) throws SQLException {
    try (Connection connection = database.connection()) {
      List<Row> rows = rows(connection, positions);
      Map<UUID, List<Chunk>> chunks = chunks(connection, positions);
      Map<UUID, List<Place>> outputs = outputs(connection, positions, limit);
      return rows.stream()
          .map(
              row ->
                  page(
                      row,
                      chunks.getOrDefault(row.head.id(), List.of()),
                      outputs.getOrDefault(row.head.id(), List.of()),
                      limit))
          .toList();
    }
  }

  private record Row(Head head, String tenant, String workflow, String version, String log) {}

  private record Chunk(int last, String lines) {}

  private record Place(Output output, boolean within) {}

  private static Page page(Row row, List<Chunk> chunks, List<Place> places, int limit) {
    int last = row.head.last();
    List<Line> lines = new ArrayList<>();
    for (Chunk chunk : chunks) {
      add(lines, chunk.lines);
    }
    if (chunks.size() == CHUNKS) {
      last = Math.min(last, chunks.getLast().last);
    } else {
      add(lines, row.log);
    }
    List<Output> outputs = new ArrayList<>();
    for (Place place : places) {
      if (!place.within) {
        last = Math.min(last, place.output.n() - 1);
        break;
      }
      outputs.add(place.output);
    }
    if (places.size() == limit) {
      last = Math.min(last, places.getLast().output.n());
    }
    return new Page(row.head, row.tenant, row.workflow, row.version, last, lines, outputs);
  }

  /** What was moved to a row of its own between two statements is there twice. */
  private static void add(List<Line> lines, String text) {
    int after = lines.isEmpty() ? 0 : lines.getLast().n();
    lines(text).stream().filter(line -> line.n() > after).forEach(lines::add);
  }

  static List<Line> lines(String text) {
    return text.lines().map(Line::of).toList();
  }

  private static void bind(
      Connection connection, PreparedStatement statement, List<Position> positions)
      throws SQLException {
    statement.setArray(1, Arrays.uuids(connection, positions, Position::id));
    statement.setArray(2, Arrays.texts(connection, positions, Position::tenant));
  }

  private static List<Row> rows(Connection connection, List<Position> positions)
      throws SQLException {
    List<Row> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
      bind(connection, statement, positions);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(
              new Row(
                  new Head(rows.getObject(1, UUID.class), rows.getInt(5), rows.getBoolean(6)),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(7)));
        }
      }
    }
    return found;
  }

  private static Map<UUID, List<Chunk>> chunks(Connection connection, List<Position> positions)
      throws SQLException {
    Map<UUID, List<Chunk>> found = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(OLDER)) {
      statement.setArray(1, Arrays.uuids(connection, positions, Position::id));
      Arrays.ints(statement, 2, positions, Position::after);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found
              .computeIfAbsent(rows.getObject(1, UUID.class), _ -> new ArrayList<>())
              .add(new Chunk(rows.getInt(2), rows.getString(3)));
        }
      }
    }
    return found;
  }

  private static Map<UUID, List<Place>> outputs(
      Connection connection, List<Position> positions, int limit) throws SQLException {
    Map<UUID, List<Place>> found = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(OUTPUTS)) {
      statement.setArray(1, Arrays.uuids(connection, positions, Position::id));
      Arrays.ints(statement, 2, positions, Position::after);
      statement.setInt(3, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found
              .computeIfAbsent(rows.getObject(1, UUID.class), _ -> new ArrayList<>())
              .add(place(rows));
        }
      }
    }
    return found;
  }

  private static Place place(ResultSet row) throws SQLException {
    return new Place(
        new Output(
            row.getInt(2),
            row.getTimestamp(3).toInstant(),
            row.getInt(4),
            row.getInt(5),
            row.getInt(6),
            row.getObject(7, UUID.class),
            row.getInt(8),
            row.getString(10)),
        row.getBoolean(9));
  }
}
