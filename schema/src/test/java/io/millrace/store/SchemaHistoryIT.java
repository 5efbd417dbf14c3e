package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It says of a database what Flyway would. */
class SchemaHistoryIT {
  @Test
  void isCurrent_asFlywayLeftIt_true() throws SQLException {
    try (Connection connection = TestDatabase.shared().connection()) {
      assertThat(SchemaHistory.isCurrent(connection)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '2'",
        "UPDATE flyway_schema_history SET success = false WHERE version = '3'",
        "DELETE FROM flyway_schema_history WHERE version = '8'",
        "INSERT INTO flyway_schema_history SELECT installed_rank + 1000, '1000', description, type,"
            + " 'V1000__newer.sql', checksum, installed_by, installed_on, execution_time, success"
            + " FROM flyway_schema_history WHERE version = '1'",
        "DELETE FROM flyway_schema_history",
        "DROP TABLE flyway_schema_history"
      })
  void isCurrent_anythingElse_falseAndLeftToFlyway(String change) throws SQLException {
    try (Connection connection = TestDatabase.shared().connection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(change);
        assertThat(SchemaHistory.isCurrent(connection)).isFalse();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }
}
