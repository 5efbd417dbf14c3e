package io.millrace.workers.analysis;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import javax.sql.DataSource;

/** A real PostgreSQL with the checkpoint tables, for one test class. */
public final class ProfileDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final HikariDataSource dataSource;

  public ProfileDatabase() throws IOException, SQLException {
    postgres = EmbeddedPostgres.builder().start();
    dataSource = new HikariDataSource();
    dataSource.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
    dataSource.setMaximumPoolSize(6);
    execute(migration());
  }

  public DataSource dataSource() {
    return dataSource;
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  public long number(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() throws IOException {
    dataSource.close();
    postgres.close();
  }

  private static String migration() throws IOException {
    String name = "/db/migration/V2__profile_checkpoint.sql";
    try (InputStream in = ProfileDatabase.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
