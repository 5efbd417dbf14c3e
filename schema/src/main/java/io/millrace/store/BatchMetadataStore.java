package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * The database schema {@code batch}, which holds Spring Batch's own tables. Spring Batch reads and
 * writes them itself; here they are created and looked through for what can be trimmed.
 */
public final class BatchMetadataStore {
  /** Goes before the name of each of Spring Batch's tables and sequences. */
  public static final String TABLE_PREFIX = "batch.BATCH_";

  /** Any fixed number of our own; workers that start together queue up behind it. */
  private static final long CREATION_LOCK = 0x4D_49_4C_42L;

  private static final String IDLE =
      """
      select e.job_instance_id from batch.batch_job_execution e
      group by e.job_instance_id
      having max(coalesce(e.last_updated, e.create_time)) < localtimestamp - make_interval(secs => ?)
      order by e.job_instance_id limit ?
      """;

  private final DataSource dataSource;

  public BatchMetadataStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Creates the tables if they are not there; safe to call from many processes at once. Takes a
   * transaction-scoped advisory lock, then only looks into the catalogue once the tables exist.
   *
   * @param ddl the script that ships with Spring Batch, without schema names
   */
  public void createTables(String ddl) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("select pg_advisory_xact_lock(" + CREATION_LOCK + ")");
        if (!tablesExist(statement)) {
          statement.execute("create schema if not exists batch");
          // Local to this transaction; the connection goes back to its pool as it came.
          statement.execute("set local search_path to batch");
          statement.execute(ddl);
        }
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(autoCommit);
      }
    }
  }

  /**
   * Job instances no execution of which was touched for a time. Scans the executions, which are as
   * many as unfinished analyses: finished ones delete theirs.
   *
   * @param idle at least this long without a write
   * @param limit most ids returned
   */
  public List<Long> idleInstances(Duration idle, int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(IDLE)) {
      statement.setDouble(1, idle.toMillis() / 1000.0);
      statement.setInt(2, limit);
      List<Long> ids = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
      return ids;
    }
  }

  private static boolean tablesExist(Statement statement) throws SQLException {
    String sql = "select to_regclass('batch.batch_job_instance') is not null";
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() && rows.getBoolean(1);
    }
  }
}
