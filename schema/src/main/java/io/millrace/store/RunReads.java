package io.millrace.store;

import io.millrace.model.JobType;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import io.millrace.store.RunAdvanceStore.LockedRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run's expressions may ask for, read in the transaction that advances the run. Not
 * thread-safe; of no use once that transaction has ended.
 */
public final class RunReads {
  private static final String VALUE =
      "SELECT value FROM run_value WHERE run = ? AND node = ? AND kind = ?";

  private static final String DEFINITION =
      "SELECT definition FROM workflow_version WHERE tenant = ? AND name = ? AND version = ?";

  /** Of each element the task of the greatest round. */
  private static final String RESULTS =
      """
      SELECT t.element, coalesce(j.result, r.output)::text
        FROM (SELECT DISTINCT ON (element) element, task FROM run_task
               WHERE run = ? AND node = ? ORDER BY element, round DESC) AS t
        LEFT JOIN LATERAL (SELECT result FROM job WHERE job.id = t.task OFFSET 0) AS j ON true
        LEFT JOIN LATERAL (SELECT output FROM run WHERE run.id = t.task OFFSET 0) AS r ON true
       ORDER BY t.element""";

  private static final String OF_ROUND =
      """
      SELECT coalesce(j.result, r.output)::text
        FROM (SELECT task FROM run_task
               WHERE run = ? AND node = ? AND element = 0 AND round = ?) AS t
        LEFT JOIN LATERAL (SELECT result FROM job WHERE job.id = t.task OFFSET 0) AS j ON true
        LEFT JOIN LATERAL (SELECT output FROM run WHERE run.id = t.task OFFSET 0) AS r ON true""";

  private static final String CURRENT =
      "SELECT version FROM workflow WHERE tenant = ? AND name = ?";

  private static final String TYPE =
      """
      SELECT version, workload, pool, max_attempts, timeout_millis, payload_schema,
             on_worker_death, heartbeat_millis, retry
        FROM job_type WHERE name = ?""";

  private final Connection connection;
  private final LockedRun run;

  RunReads(Connection connection, LockedRun run) {
    this.connection = connection;
    this.run = run;
  }

  /** The canonical JSON of the definition the run goes by; empty when somebody deleted it. */
  public Optional<String> definition() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DEFINITION)) {
      statement.setString(1, run.tenant());
      statement.setString(2, run.workflow());
      statement.setString(3, run.version());
      return first(statement);
    }
  }

  /** The version with which new runs of a workflow start; empty when there is none of the name. */
  public Optional<String> currentVersion(String workflow) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CURRENT)) {
      statement.setString(1, run.tenant());
      statement.setString(2, workflow);
      return first(statement);
    }
  }

  /** A job type as workers announced it; empty when none did. */
  public Optional<JobType> type(String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TYPE)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new JobType(
                    name,
                    row.getInt(1),
                    Workload.valueOf(row.getString(2)),
                    row.getString(3),
                    row.getInt(4),
                    row.getLong(5),
                    row.getString(6),
                    WorkerDeath.valueOf(row.getString(7)),
                    row.getObject(8, Long.class),
                    row.getString(9)))
            : Optional.empty();
      }
    }
  }

  /** What was kept of a node, by {@code run_value_pkey}; JSON text. */
  public Optional<String> value(int node, RunChange.Kind kind) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(VALUE)) {
      statement.setObject(1, run.id());
      statement.setInt(2, node);
      statement.setString(3, kind.name());
      return first(statement);
    }
  }

  /**
   * The results of a node's tasks in the order of the elements, of each that of the greatest round;
   * JSON text, null for a task without a result. By {@code run_task_pkey} and {@code job_pkey}.
   */
  public List<@Nullable String> results(int node) throws SQLException {
    List<@Nullable String> results = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(RESULTS)) {
      statement.setObject(1, run.id());
      statement.setInt(2, node);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          results.add(rows.getString(2));
        }
      }
    }
    return results;
  }

  /** The result of the task with this round, JSON text; empty when there is none. */
  public Optional<String> ofRound(int node, int round) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OF_ROUND)) {
      statement.setObject(1, run.id());
      statement.setInt(2, node);
      statement.setInt(3, round);
      return first(statement);
    }
  }

  private static Optional<String> first(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }
}
