package io.millrace.store;

import io.millrace.model.RunView;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs as their submitters make and read them. Every statement names the tenant. */
public final class RunStore {
  private static final String COLUMNS =
      """
      id, tenant, workflow, version, state, paused, input, output, progress, labels, parent,
      created_at, started_at, finished_at, error_kind, error_message, error_node, rerun_of,
      rerun_from, reused, first_output_at, now()""";

  private static final String FIND = "SELECT " + COLUMNS + " FROM run WHERE id = ? AND tenant = ?";

  /** The same without what a list does not show. */
  private static final String LISTED =
      """
      id, tenant, workflow, version, state, paused, 'null'::json, NULL::json, NULL::bytea, labels,
      parent, created_at, started_at, finished_at, error_kind, error_message, error_node,
      rerun_of, rerun_from, NULL::bytea, first_output_at, now()""";

  /** The limit of the inner query bounds the work, however rare the tenant's runs are. */
  static final String LIST =
      "SELECT "
          + LISTED
          + " FROM (SELECT * FROM run WHERE id < ? ORDER BY id DESC LIMIT ?) AS run"
          + " WHERE tenant = ? ORDER BY id DESC LIMIT ?";

  /** Where {@link #LIST} stopped. */
  private static final String STOPPED =
      """
      SELECT id FROM (SELECT id FROM run WHERE id < ? ORDER BY id DESC LIMIT ?) AS run
       ORDER BY id DESC LIMIT 1 OFFSET ?""";

  /**
   * Compared and ordered by all three columns, so that no plan but one by {@code run_workflow_idx}
   * comes in order.
   */
  static final String LIST_OF_WORKFLOW =
      "SELECT "
          + LISTED
          + """
           FROM run
          WHERE (tenant, workflow, id) < (?, ?, ?)
            AND (tenant, workflow, id) >= (?, ?, '00000000-0000-0000-0000-000000000000'::uuid)
          ORDER BY tenant DESC, workflow DESC, id DESC LIMIT ?""";

  private static final String TASKS =
      """
      SELECT t.node, t.element, t.round, t.task, coalesce(j.state::text, r.state::text),
             coalesce(j.attempt, 0), coalesce(j.created_at, r.created_at),
             coalesce(j.started_at, r.started_at), coalesce(j.finished_at, r.finished_at),
             coalesce(j.error_kind, r.error_kind), coalesce(j.error_message, r.error_message),
             r.state IS NOT NULL, j.history, octet_length(coalesce(j.result, r.output)::text),
             j.usage::text
        FROM (SELECT node, element, round, task FROM run_task WHERE run = ?
               ORDER BY node, element, round LIMIT ?) AS t
        LEFT JOIN LATERAL (
             SELECT state, attempt, created_at, started_at, finished_at, error_kind, error_message,
                    history, result, usage
               FROM job WHERE job.id = t.task OFFSET 0) AS j ON true
        LEFT JOIN LATERAL (
             SELECT state, created_at, started_at, finished_at, error_kind, error_message, output
               FROM run WHERE run.id = t.task AND j.state IS NULL OFFSET 0) AS r ON true
       ORDER BY t.node, t.element, t.round""";

  private static final String VALUES =
      """
      SELECT node, kind, value FROM run_value
       WHERE run = ? AND (kind = 'ERROR' OR node = ANY (?::int[]))""";

  private static final String WHOLE =
      """
      SELECT lines FROM (
        SELECT last, lines FROM run_log WHERE run = ?
        UNION ALL SELECT 2147483647, log FROM run WHERE id = ?) AS l
       ORDER BY last""";

  private final Database database;
  private final int mostScanned;

  public RunStore(Database database) {
    this(database, 10_000);
  }

  /** With another bound on the rows one page looks at. */
  RunStore(Database database, int mostScanned) {
    this.database = database;
    this.mostScanned = mostScanned;
  }

  /** A run, by {@code run_pkey}. */
  public Optional<RunView> find(String tenant, UUID id) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(FIND)) {
      statement.setObject(1, id);
      statement.setString(2, tenant);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(view(row)) : Optional.empty();
      }
    }
  }

  /**
   * One page.
   *
   * @param next the id to go on after; null when there is nothing more
   */
  public record Page(List<RunView> runs, @Nullable UUID next) {}

  /**
   * Runs without their input, output and progress, the latest first, by {@code run_pkey}. At most
   * 10,000 rows are looked at: a page may be short, or empty, and yet have a next one.
   *
   * @param before only those with a lower id
   * @param limit most runs, at least 1
   */
  public Page list(String tenant, UUID before, int limit) throws SQLException {
    try (Connection connection = database.connection()) {
      List<RunView> found = views(connection, LIST, before, mostScanned, tenant, limit + 1);
      return found.size() > limit
          ? page(found, limit)
          : new Page(found, stopped(connection, before));
    }
  }

  /** The same of one workflow, by {@code run_workflow_idx}: its rows alone are looked at. */
  public Page list(String tenant, String workflow, UUID before, int limit) throws SQLException {
    try (Connection connection = database.connection()) {
      return page(
          views(
              connection, LIST_OF_WORKFLOW, tenant, workflow, before, tenant, workflow, limit + 1),
          limit);
    }
  }

  private static Page page(List<RunView> found, int limit) {
    return found.size() > limit
        ? new Page(found.subList(0, limit), found.get(limit - 1).id())
        : new Page(found, null);
  }

  private static List<RunView> views(Connection connection, String query, Object... values)
      throws SQLException {
    List<RunView> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(view(rows));
        }
      }
    }
    return found;
  }

  private @Nullable UUID stopped(Connection connection, UUID before) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STOPPED)) {
      statement.setObject(1, before);
      statement.setInt(2, mostScanned);
      statement.setInt(3, mostScanned - 1);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getObject(1, UUID.class) : null;
      }
    }
  }

  /**
   * A task of a run as it stands.
   *
   * @param run whether it is a run and not a job
   * @param history the moves of a job, a line each; null of a run
   * @param resultBytes of its result or output as JSON text
   * @param usage what its attempts have reported: a JSON object of integers, or null
   */
  public record Task(
      int node,
      int element,
      int round,
      UUID id,
      @Nullable String state,
      int attempt,
      @Nullable Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable String errorKind,
      @Nullable String errorMessage,
      boolean run,
      @Nullable String history,
      long resultBytes,
      @Nullable String usage) {}

  /**
   * The tasks of a run in the order of node, element and round; by {@code run_task_pkey} and {@code
   * job_pkey}.
   *
   * @param limit most tasks, at least 1
   */
  public List<Task> tasks(UUID run, int limit) throws SQLException {
    List<Task> tasks = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(TASKS)) {
      statement.setObject(1, run);
      statement.setInt(2, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tasks.add(
              new Task(
                  rows.getInt(1),
                  rows.getInt(2),
                  rows.getInt(3),
                  rows.getObject(4, UUID.class),
                  rows.getString(5),
                  rows.getInt(6),
                  instant(rows, 7),
                  instant(rows, 8),
                  instant(rows, 9),
                  rows.getString(10),
                  rows.getString(11),
                  rows.getBoolean(12),
                  rows.getString(13),
                  rows.getLong(14),
                  rows.getString(15)));
        }
      }
    }
    return tasks;
  }

  /** An output or an error that was kept of a node; JSON text. */
  public record Value(int node, RunChange.Kind kind, String value) {}

  /**
   * What was kept of a run's nodes, by {@code run_value_pkey}: all errors, and outputs of some.
   *
   * @param outputsOf the numbers of the nodes whose outputs are read
   */
  public List<Value> values(UUID run, List<Integer> outputsOf) throws SQLException {
    List<Value> values = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(VALUES)) {
      statement.setObject(1, run);
      Arrays.ints(statement, 2, outputsOf, Integer::intValue);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          values.add(
              new Value(
                  rows.getInt(1), RunChange.Kind.valueOf(rows.getString(2)), rows.getString(3)));
        }
      }
    }
    return values;
  }

  /** All moves of a run, the earliest first; by {@code run_log_pkey} and {@code run_pkey}. */
  public List<RunLogStore.Line> moves(UUID run) throws SQLException {
    List<RunLogStore.Line> lines = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(WHOLE)) {
      statement.setObject(1, run);
      statement.setObject(2, run);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          lines.addAll(RunLogStore.lines(rows.getString(1)));
        }
      }
    }
    return lines;
  }

  private static RunView view(ResultSet row) throws SQLException {
    return new RunView(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getBoolean(6),
        row.getString(7),
        row.getString(8),
        row.getBytes(9),
        row.getString(10),
        row.getObject(11, UUID.class),
        row.getTimestamp(12).toInstant(),
        instant(row, 13),
        instant(row, 14),
        row.getString(15),
        row.getString(16),
        row.getString(17),
        instant(row, 21),
        row.getTimestamp(22).toInstant(),
        rerun(row));
  }

  private static RunView.@Nullable Rerun rerun(ResultSet row) throws SQLException {
    UUID source = row.getObject(18, UUID.class);
    byte[] reused = row.getBytes(20);
    return source == null
        ? null
        : new RunView.Rerun(
            source, row.getString(19), BitSet.valueOf(reused == null ? new byte[0] : reused));
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    java.sql.Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }
}
