package io.millrace.store;

import io.millrace.model.RunView;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs as their submitters make and read them. Every statement names the tenant. */
public final class RunStore {
  private static final String COLUMNS =
      """
      id, tenant, workflow, version, state, paused, input, output, progress, labels, parent,
      created_at, started_at, finished_at, error_kind, error_message, error_node,
      first_output_at, now()\
      """;

  private static final String FIND = "SELECT " + COLUMNS + " FROM run WHERE id = ? AND tenant = ?";

  /** The same without what a list does not show. */
  private static final String LISTED =
      """
      id, tenant, workflow, version, state, paused, 'null'::json, NULL::json, NULL::bytea, labels,
      parent, created_at, started_at, finished_at, error_kind, error_message, error_node,
      first_output_at, now()\
      """;

  private static final String LIST =
      "SELECT "
          + LISTED
          + " FROM run WHERE tenant = ? AND id < ? AND (?::text IS NULL OR workflow = ?)"
          + " ORDER BY id DESC LIMIT ?";

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
       ORDER BY t.node, t.element, t.round\
      """;

  private static final String VALUES =
      """
      SELECT node, kind, value FROM run_value
       WHERE run = ? AND (kind = 'ERROR' OR node = ANY (?::int[]))\
      """;

  private static final String WHOLE =
      """
      SELECT lines FROM (
        SELECT last, lines FROM run_log WHERE run = ?
        UNION ALL SELECT 2147483647, log FROM run WHERE id = ?) AS l
       ORDER BY last\
      """;

  private final Database database;

  public RunStore(Database database) {
    this.database = database;
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
   * Runs without their input, output and progress, the latest first; by {@code run_pkey}.
   *
   * @param before only those with a lower id
   * @param workflow of this workflow alone, or null
   * @param limit most runs, at least 1
   */
  public List<RunView> list(String tenant, UUID before, @Nullable String workflow, int limit)
      throws SQLException {
    List<RunView> found = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(LIST)) {
      statement.setString(1, tenant);
      statement.setObject(2, before);
      statement.setString(3, workflow);
      statement.setString(4, workflow);
      statement.setInt(5, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(view(rows));
        }
      }
    }
    return found;
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
        instant(row, 18),
        row.getTimestamp(19).toInstant());
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    java.sql.Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }
}
