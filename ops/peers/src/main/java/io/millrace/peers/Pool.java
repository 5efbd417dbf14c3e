package io.millrace.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The peer's connections, and a look into its tables. */
final class Pool implements AutoCloseable {
  /** One for each of 64 clients and some for what the peer does besides; the server allows 100. */
  private static final int CONNECTIONS = 72;

  private static final int CHECKOUT_MILLIS = 30_000;

  private final HikariDataSource source;

  /**
   * @param rewritesInserts whether the driver turns a batch of inserts into one statement
   */
  Pool(Options options, boolean rewritesInserts) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(options.url());
    config.setUsername(options.user());
    config.setPassword(options.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(8);
    config.setConnectionTimeout(CHECKOUT_MILLIS);
    config.addDataSourceProperty("reWriteBatchedInserts", Boolean.toString(rewritesInserts));
    source = new HikariDataSource(config);
  }

  HikariDataSource source() {
    return source;
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  boolean hasRows(String query) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
