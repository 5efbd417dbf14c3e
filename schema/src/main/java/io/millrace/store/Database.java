package io.millrace.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/**
 * A bounded pool of connections to PostgreSQL, set up so that nothing waits for ever. Thread-safe.
 *
 * <p>Every connection carries a statement timeout of 10 s, a lock timeout of 2 s and a limit of 10
 * s on idling inside a transaction. Plans are generic: the hot statements take arrays whose length
 * the planner must not read anything into, and planning over many partitions costs more than
 * running. Nor does a plan depend on a table's size: it is kept while the table grows, so one made
 * for an empty partition would scan it when it is full. Index scans in index order are the only
 * access where an index fits.
 */
public final class Database implements AutoCloseable {
  private static final String SESSION_OPTIONS =
      "-c statement_timeout=10000 -c lock_timeout=2000"
          + " -c idle_in_transaction_session_timeout=10000 -c plan_cache_mode=force_generic_plan"
          + " -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off";

  private final HikariDataSource pool;
  private final DSLContext dsl;
  private volatile boolean publishesEvents;

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.dsl = DSL.using(pool, SQLDialect.POSTGRES, new Settings().withRenderSchema(false));
  }

  /**
   * Opens a pool; connects on first use, so the database may still be on its way up.
   *
   * @param url JDBC URL, {@code jdbc:postgresql://…}; TLS settings go in its parameters
   * @param connections most connections, at least 2
   * @param checkout longest wait for a free connection
   */
  public static Database open(
      String url, String username, String password, int connections, Duration checkout) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("millrace");
    config.setJdbcUrl(url);
    config.setUsername(username);
    config.setPassword(password);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(Math.min(2, connections));
    config.setConnectionTimeout(checkout.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setDataSourceProperties(DriverSettings.of(SESSION_OPTIONS));
    return new Database(new HikariDataSource(config));
  }

  /**
   * Brings the tables up to date and makes the partitions of the coming days; safe to call from
   * several processes at once.
   *
   * @throws org.flywaydb.core.api.FlywayException when a migration fails or was changed after the
   *     fact
   */
  public void migrate() {
    if (!isCurrent()) {
      Migration.run(pool);
    }
    new PartitionStore(this).ensure();
  }

  private boolean isCurrent() {
    try (Connection connection = connection()) {
      return SchemaHistory.isCurrent(connection);
    } catch (SQLException e) {
      // Flyway tries again for a while, and says what is wrong.
      return false;
    }
  }

  /** Has every statement that moves jobs put their events into the outbox. */
  public void publishEvents() {
    publishesEvents = true;
  }

  /** Whether events go out to Kafka. */
  public boolean publishesEvents() {
    return publishesEvents;
  }

  /** The pool, for libraries that speak JDBC themselves. */
  public DataSource dataSource() {
    return pool;
  }

  /** Connections in use now. */
  public int connectionsInUse() {
    return pool.getHikariPoolMXBean() == null
        ? 0
        : pool.getHikariPoolMXBean().getActiveConnections();
  }

  DSLContext dsl() {
    return dsl;
  }

  /** jOOQ on a connection of the caller's, inside its transaction. */
  DSLContext on(Connection connection) {
    return DSL.using(connection, SQLDialect.POSTGRES, new Settings().withRenderSchema(false));
  }

  /** A connection in autocommit mode: each statement is its own transaction. */
  Connection connection() throws SQLException {
    return pool.getConnection();
  }

  /** What is done in one transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Does work in a transaction of its own: all of it is committed, or nothing. */
  <T> T inTransaction(Work<T> work) throws SQLException {
    try (Connection connection = connection()) {
      connection.setAutoCommit(false);
      boolean committed = false;
      try {
        T done = work.in(connection);
        connection.commit();
        committed = true;
        return done;
      } finally {
        // Also after an Error: to go back to autocommit would commit what was done so far.
        if (!committed) {
          connection.rollback();
        }
        connection.setAutoCommit(true);
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
