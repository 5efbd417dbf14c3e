package io.millrace.ops.bench.floor;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The three statements of the floor, over the columns that a plain job fills; a transaction each.
 */
final class FloorTable {
  private static final String INSERT =
      """
      INSERT INTO job (id, tenant, type, pool, priority, state, max_attempts, timeout_millis,
                       payload, ready_at)
      SELECT id, tenant, type, pool, priority, 'READY', max_attempts, timeout_millis,
             payload::json, now()
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::smallint[], ?::int[],
                    ?::bigint[], ?::text[])
          AS t (id, tenant, type, pool, priority, max_attempts, timeout_millis, payload)""";

  /** The bounds let the planner pass over the partitions of other days, as Millrace's own do. */
  private static final String CLAIM =
      """
      UPDATE job SET state = 'RUNNING', session = 1, attempt = attempt + 1, started_at = now()
       WHERE id = ANY (?::uuid[]) AND id BETWEEN ? AND ? AND state = 'READY'
      RETURNING id, type, attempt, payload""";

  private static final String COMPLETE =
      """
      UPDATE job SET state = 'SUCCEEDED', session = NULL, finished_at = now(),
                     result = done.result::json
        FROM unnest(?::uuid[], ?::text[]) AS done (id, result)
       WHERE job.id = done.id AND job.id = ANY (?::uuid[]) AND job.id BETWEEN ? AND ?
         AND job.state = 'RUNNING' AND job.session = 1""";

  private static final String PAYLOAD = "{\"n\":1}";

  private FloorTable() {}

  /** Something done to a batch, ids ascending. */
  interface Step {
    void apply(Connection connection, List<UUID> ids) throws SQLException;
  }

  static void insert(Connection connection, List<UUID> ids) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      int size = ids.size();
      statement.setArray(1, uuids(connection, ids));
      statement.setArray(2, texts(connection, size, "default"));
      statement.setArray(3, texts(connection, size, "noop"));
      statement.setArray(4, texts(connection, size, "default"));
      statement.setArray(5, numbers(connection, "smallint", size, (short) 1));
      statement.setArray(6, numbers(connection, "int", size, 3));
      statement.setArray(7, numbers(connection, "bigint", size, 60_000L));
      statement.setArray(8, texts(connection, size, PAYLOAD));
      require("insert", size, statement.executeUpdate());
    }
  }

  static void claim(Connection connection, List<UUID> ids) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setArray(1, uuids(connection, ids));
      statement.setObject(2, ids.getFirst());
      statement.setObject(3, ids.getLast());
      int claimed = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          claimed += rows.getString(4).equals(PAYLOAD) ? 1 : 0;
        }
      }
      require("claim", ids.size(), claimed);
    }
  }

  static void complete(Connection connection, List<UUID> ids) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COMPLETE)) {
      statement.setArray(1, uuids(connection, ids));
      statement.setArray(2, texts(connection, ids.size(), "{}"));
      statement.setArray(3, uuids(connection, ids));
      statement.setObject(4, ids.getFirst());
      statement.setObject(5, ids.getLast());
      require("complete", ids.size(), statement.executeUpdate());
    }
  }

  static void empty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE job");
    }
  }

  private static void require(String what, int asked, int done) {
    if (done != asked) {
      throw new IllegalStateException(
          "the floor's %s changed %d of %d rows".formatted(what, done, asked));
    }
  }

  private static Array uuids(Connection connection, List<UUID> ids) throws SQLException {
    return connection.createArrayOf("uuid", ids.toArray());
  }

  private static Array texts(Connection connection, int size, String value) throws SQLException {
    String[] values = new String[size];
    Arrays.fill(values, value);
    return connection.createArrayOf("text", values);
  }

  private static Array numbers(Connection connection, String type, int size, Number value)
      throws SQLException {
    Number[] values = new Number[size];
    Arrays.fill(values, value);
    return connection.createArrayOf(type, values);
  }
}
