package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** Runs that wait for a place, as their submitters see them. */
public final class RunTurnStore {
  /** Most runs that are counted before one that waits. */
  public static final int MOST_COUNTED = 1_000;

  private static final String FIND =
      """
      SELECT t.key, k.most,
             (SELECT count(*) FROM run_turn o
               WHERE o.tenant = t.tenant AND o.workflow = t.workflow AND o.key = t.key AND o.holds),
             (SELECT count(*) FROM (
                SELECT FROM run_turn o
                 WHERE o.tenant = t.tenant AND o.workflow = t.workflow AND o.key = t.key
                   AND NOT o.holds AND o.place < t.place LIMIT %d) AS before)
        FROM run_turn t
        JOIN run_key k ON k.tenant = t.tenant AND k.workflow = t.workflow AND k.key = t.key
       WHERE t.run = ? AND NOT t.holds"""
          .formatted(MOST_COUNTED);

  private final Database database;

  public RunTurnStore(Database database) {
    this.database = database;
  }

  /**
   * What a run waits for.
   *
   * @param key that of its workflow's {@code concurrency}
   * @param limit most runs of the key at once
   * @param running those that have a place
   * @param ahead those that come before it, at most {@link #MOST_COUNTED}
   */
  public record Waiting(String key, int limit, int running, int ahead) {}

  /**
   * What a run waits for; empty when it does not. By {@code run_turn_pkey} and {@code
   * run_turn_place_idx}.
   */
  public Optional<Waiting> find(UUID run) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(FIND)) {
      statement.setObject(1, run);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Waiting(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4)))
            : Optional.empty();
      }
    }
  }
}
