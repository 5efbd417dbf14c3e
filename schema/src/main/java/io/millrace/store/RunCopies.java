package io.millrace.store;

import io.millrace.store.RunRerunStore.Copy;
import io.millrace.store.RunRerunStore.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Copies values of nodes from one run to another, in a transaction of the caller's. */
final class RunCopies {
  /** Most bytes of values that one run takes over from another. */
  static final long MAX_BYTES = 64L * 1024 * 1024;

  private static final String VALUES =
      """
      INSERT INTO run_value (run, node, kind, value)
      SELECT ?, c.node, v.kind, v.value
        FROM unnest(?::int[], ?::int[]) AS c (node, source)
       CROSS JOIN LATERAL (
             SELECT kind, value FROM run_value WHERE run = ? AND node = c.source OFFSET 0) AS v
      RETURNING octet_length(value::text)""";

  /** Of each element the task of the greatest round, as {@link RunReads} reads them. */
  private static final String TASKS =
      """
      WITH found AS MATERIALIZED (
        SELECT c.node, t.gone,
               CASE WHEN c.whole THEN coalesce(t.results, '[]')
                    ELSE coalesce(t.result, 'null') END AS value
          FROM unnest(?::int[], ?::int[], ?::boolean[]) AS c (node, source, whole)
         CROSS JOIN LATERAL (
               SELECT json_agg(coalesce(j.result, r.output, 'null') ORDER BY l.element) AS results,
                      (array_agg(coalesce(j.result, r.output, 'null') ORDER BY l.element))[1]
                        AS result,
                      coalesce(bool_or(j.id IS NULL AND r.id IS NULL), false) AS gone
                 FROM (SELECT DISTINCT ON (element) element, task FROM run_task
                        WHERE run = ? AND node = c.source ORDER BY element, round DESC) AS l
                 LEFT JOIN LATERAL (
                      SELECT id, result FROM job WHERE job.id = l.task OFFSET 0) AS j ON true
                 LEFT JOIN LATERAL (
                      SELECT id, output FROM run WHERE run.id = l.task OFFSET 0) AS r ON true) AS t
         WHERE NOT EXISTS (SELECT FROM run_value v
                            WHERE v.run = ? AND v.node = c.source AND v.kind = 'OUTPUT')),
      copied AS (
        INSERT INTO run_value (run, node, kind, value)
        SELECT ?, node, 'OUTPUT', value FROM found WHERE NOT gone)
      SELECT node, gone, octet_length(value::text) FROM found ORDER BY node""";

  private RunCopies() {}

  /**
   * Copies what nodes gave: what was kept of them, else the results of their tasks. By {@code
   * run_value_pkey}, {@code run_task_pkey} and {@code job_pkey}.
   *
   * @return why it cannot be done, or null
   */
  static @Nullable Outcome copy(Connection connection, UUID run, UUID source, List<Copy> copies)
      throws SQLException {
    if (copies.isEmpty()) {
      return null;
    }
    long bytes = 0;
    try (PreparedStatement statement = connection.prepareStatement(VALUES)) {
      statement.setObject(1, run);
      Arrays.ints(statement, 2, copies, Copy::node);
      Arrays.ints(statement, 3, copies, Copy::source);
      statement.setObject(4, source);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          bytes += rows.getLong(1);
        }
      }
    }
    List<Copy> tasks = copies.stream().filter(copy -> copy.tasks() != Copy.Tasks.NONE).toList();
    try (PreparedStatement statement = connection.prepareStatement(TASKS)) {
      Arrays.ints(statement, 1, tasks, Copy::node);
      Arrays.ints(statement, 2, tasks, Copy::source);
      statement.setArray(
          3,
          connection.createArrayOf(
              "boolean",
              tasks.stream().map(copy -> copy.tasks() == Copy.Tasks.ALL).toArray(Boolean[]::new)));
      statement.setObject(4, source);
      statement.setObject(5, source);
      statement.setObject(6, run);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getBoolean(2)) {
            return new Outcome.OutputGone(rows.getInt(1));
          }
          bytes += rows.getLong(3);
        }
      }
    }
    return bytes <= MAX_BYTES
        ? null
        : new Outcome.Refused(
            "the outputs to take over have %,d bytes; the limit is %,d"
                .formatted(bytes, MAX_BYTES));
  }
}
