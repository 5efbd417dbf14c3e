package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who leads: a row per office with its holder and the end of its term, by the database's clock. */
public final class LeaderStore {
  private static final String HOLD =
      """
      WITH held AS (
        INSERT INTO leader (name, holder, until)
        VALUES (?, ?, now() + ? * interval '1 millisecond')
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
          WHERE leader.holder = excluded.holder OR leader.until <= now()
        RETURNING holder)
      SELECT holder FROM held
      UNION ALL
      SELECT holder FROM leader WHERE name = ? AND NOT EXISTS (SELECT FROM held)""";

  private static final String RELEASE = "DELETE FROM leader WHERE name = ? AND holder = ?";

  private final Database database;
  private final String office;

  /** The office of this name; each is held by one process at a time. */
  public LeaderStore(Database database, String office) {
    this.database = database;
    this.office = office;
  }

  /**
   * Takes the office if it is free, or renews the term of its holder. By {@code leader_pkey}; locks
   * its one row.
   *
   * @param holder told apart from every other process that ever was
   * @param term how long from now on it is held
   * @return who holds it now: {@code holder}, or another; null when that is changing this instant
   */
  public @Nullable String hold(String holder, Duration term) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(HOLD)) {
      statement.setString(1, office);
      statement.setString(2, holder);
      statement.setLong(3, term.toMillis());
      statement.setString(4, office);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  /** Gives the office up, if it is still held; by {@code leader_pkey}. */
  public void release(String holder) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(RELEASE)) {
      statement.setString(1, office);
      statement.setString(2, holder);
      statement.executeUpdate();
    }
  }
}
