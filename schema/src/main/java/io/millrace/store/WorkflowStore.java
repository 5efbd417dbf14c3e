package io.millrace.store;

import io.millrace.model.WorkflowVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Workflow definitions and their versions. Every statement names the tenant. */
public final class WorkflowStore {
  private static final String COLUMNS =
      "v.tenant, v.name, v.version, v.number, v.version = w.version, v.created_at";

  private static final String FROM =
      " FROM workflow w JOIN workflow_version v ON v.tenant = w.tenant AND v.name = w.name";

  private static final String CURRENT =
      "SELECT " + COLUMNS + FROM + " AND v.version = w.version WHERE w.tenant = ?";

  private static final String LIST = CURRENT + " AND w.name > ? ORDER BY w.name LIMIT ?";

  private static final String FIND = CURRENT + " AND w.name = ?";

  private static final String VERSIONS =
      "SELECT "
          + COLUMNS
          + FROM
          + " WHERE w.tenant = ? AND w.name = ? AND v.number < ? ORDER BY v.number DESC LIMIT ?";

  private static final String BY_VERSION =
      "SELECT " + COLUMNS + FROM + " WHERE w.tenant = ? AND w.name = ? AND v.version = ?";

  private static final String BY_NUMBER =
      "SELECT " + COLUMNS + FROM + " WHERE w.tenant = ? AND w.name = ? AND v.number = ?";

  private static final String DEFINITION =
      "SELECT definition FROM workflow_version WHERE tenant = ? AND name = ? AND version = ?";

  /** One writer of a tenant's workflows at a time, so that numbers and counts are exact. */
  static final String ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('workflow ' || ?, 0))";

  private static final String COUNTS =
      """
      SELECT (SELECT count(*) FROM workflow WHERE tenant = ? AND name <> ?),
             (SELECT count(*) FROM workflow_version
               WHERE tenant = ? AND name = ? AND version <> ?)""";

  private static final String KEEP =
      """
      INSERT INTO workflow_version (tenant, name, version, number, definition)
      SELECT ?, ?, ?, 1 + coalesce(max(number), 0), ?::json FROM workflow_version
       WHERE tenant = ? AND name = ?
      ON CONFLICT (tenant, name, version) DO UPDATE SET used_at = now()""";

  private static final String POINT =
      """
      INSERT INTO workflow (tenant, name, version) VALUES (?, ?, ?)
      ON CONFLICT (tenant, name) DO UPDATE
        SET version = excluded.version, updated_at = now()
        WHERE workflow.version <> excluded.version""";

  private static final String DELETE = "DELETE FROM workflow WHERE tenant = ? AND name = ?";

  private static final String MOST_USED =
      """
      SELECT tenant, workflow, version
        FROM (SELECT tenant, workflow, version FROM run ORDER BY id DESC LIMIT ?) AS r
       GROUP BY tenant, workflow, version
       ORDER BY count(*) DESC, tenant, workflow, version LIMIT ?""";

  private final Database database;

  public WorkflowStore(Database database) {
    this.database = database;
  }

  /** A version that runs have. */
  public record Use(String tenant, String workflow, String version) {}

  /**
   * The versions of the latest runs, the most frequent first; by {@code run_pkey}.
   *
   * @param runs most runs looked at, at least 1
   * @param versions most versions given, at least 1
   */
  public List<Use> mostUsed(int runs, int versions) throws SQLException {
    List<Use> used = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = bound(connection, MOST_USED, new Object[] {runs, versions});
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        used.add(new Use(rows.getString(1), rows.getString(2), rows.getString(3)));
      }
    }
    return used;
  }

  /** What a put came to. */
  public sealed interface Put {
    /** A workflow of this name was not there before. */
    record Created(WorkflowVersion version) implements Put {}

    /** The workflow is of this version now: a new one, or an older one again. */
    record Changed(WorkflowVersion version) implements Put {}

    /** It was of this version already. */
    record Unchanged(WorkflowVersion version) implements Put {}

    /** There are as many workflows of the tenant as there may be; nothing was written. */
    record TooManyWorkflows() implements Put {}

    /** There are as many versions of the workflow as there may be; nothing was written. */
    record TooManyVersions() implements Put {}
  }

  /**
   * Keeps a definition and makes it the one that new runs start with, in one transaction; by the
   * primary keys. Those who put workflows of one tenant wait for each other.
   *
   * @param version SHA-256 of the definition
   * @param definition its canonical JSON
   */
  public Put put(
      String tenant,
      String name,
      String version,
      String definition,
      int mostWorkflows,
      int mostVersions)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          execute(connection, ALONE, tenant);
          int[] counts = counts(connection, tenant, name, version);
          if (counts[0] >= mostWorkflows) {
            return new Put.TooManyWorkflows();
          }
          if (counts[1] >= mostVersions) {
            return new Put.TooManyVersions();
          }
          Optional<WorkflowVersion> before = one(connection, FIND, tenant, name);
          execute(connection, KEEP, tenant, name, version, definition, tenant, name);
          boolean pointed = execute(connection, POINT, tenant, name, version) > 0;
          WorkflowVersion now = one(connection, FIND, tenant, name).orElseThrow();
          if (before.isEmpty()) {
            return new Put.Created(now);
          }
          return pointed ? new Put.Changed(now) : new Put.Unchanged(now);
        });
  }

  /** The version new runs start with, by both primary keys. */
  public Optional<WorkflowVersion> find(String tenant, String name) throws SQLException {
    return read(FIND, tenant, name);
  }

  /** A version by its hash. */
  public Optional<WorkflowVersion> find(String tenant, String name, String version)
      throws SQLException {
    return read(BY_VERSION, tenant, name, version);
  }

  /** A version by its number. */
  public Optional<WorkflowVersion> find(String tenant, String name, int number)
      throws SQLException {
    return read(BY_NUMBER, tenant, name, number);
  }

  /** The canonical JSON of a version, by {@code workflow_version_pkey}. */
  public Optional<String> definition(String tenant, String name, String version)
      throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement =
            bound(connection, DEFINITION, new Object[] {tenant, name, version});
        ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }

  /**
   * Workflows with their current versions in the order of their names, by {@code workflow_pkey}.
   *
   * @param after the name to begin after, or an empty text
   * @param limit most workflows, at least 1
   */
  public List<WorkflowVersion> list(String tenant, String after, int limit) throws SQLException {
    return all(LIST, tenant, after, limit);
  }

  /**
   * Versions of one workflow, the latest first.
   *
   * @param before only those with a lower number
   * @param limit most versions, at least 1
   */
  public List<WorkflowVersion> versions(String tenant, String name, int before, int limit)
      throws SQLException {
    return all(VERSIONS, tenant, name, before, limit);
  }

  /**
   * Deletes a workflow, in one transaction. Its versions stay, unseen, for the runs that go by
   * them; they are seen again when a workflow of the name is put.
   *
   * @return false when there is none of this name
   */
  public boolean delete(String tenant, String name) throws SQLException {
    return database.inTransaction(
        connection -> {
          execute(connection, ALONE, tenant);
          return execute(connection, DELETE, tenant, name) > 0;
        });
  }

  private static int[] counts(Connection connection, String tenant, String name, String version)
      throws SQLException {
    try (PreparedStatement statement =
            bound(connection, COUNTS, new Object[] {tenant, name, tenant, name, version});
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new int[] {row.getInt(1), row.getInt(2)};
    }
  }

  private Optional<WorkflowVersion> read(String query, Object... values) throws SQLException {
    try (Connection connection = database.connection()) {
      return one(connection, query, values);
    }
  }

  private static Optional<WorkflowVersion> one(
      Connection connection, String query, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = bound(connection, query, values);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(version(row)) : Optional.empty();
    }
  }

  private List<WorkflowVersion> all(String query, @Nullable Object... values) throws SQLException {
    List<WorkflowVersion> found = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = bound(connection, query, values);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(version(rows));
      }
    }
    return found;
  }

  private static WorkflowVersion version(ResultSet row) throws SQLException {
    return new WorkflowVersion(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getBoolean(5),
        row.getTimestamp(6).toInstant());
  }

  /** How many rows a statement wrote; 0 for a query. */
  private static int execute(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = bound(connection, sql, values)) {
      return statement.execute() ? 0 : statement.getUpdateCount();
    }
  }

  private static PreparedStatement bound(
      Connection connection, String sql, @Nullable Object[] values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }
}
