package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The workflows of one tenant, read in the transaction that fires a schedule. Not thread-safe; of
 * no use once that transaction has ended.
 */
public final class FiringReads {
  private static final String CURRENT =
      "SELECT version FROM workflow WHERE tenant = ? AND name = ?";

  private static final String DEFINITION =
      "SELECT definition FROM workflow_version WHERE tenant = ? AND name = ? AND version = ?";

  private final Connection connection;
  private final String tenant;

  FiringReads(Connection connection, String tenant) {
    this.connection = connection;
    this.tenant = tenant;
  }

  /** The version that was put last, by {@code workflow_pkey}; empty when somebody deleted all. */
  public Optional<String> currentVersion(String workflow) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CURRENT)) {
      statement.setString(1, tenant);
      statement.setString(2, workflow);
      return first(statement);
    }
  }

  /** The canonical JSON of a version, by {@code workflow_version_pkey}. */
  public Optional<String> definition(String workflow, String version) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DEFINITION)) {
      statement.setString(1, tenant);
      statement.setString(2, workflow);
      statement.setString(3, version);
      return first(statement);
    }
  }

  private static Optional<String> first(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }
}
