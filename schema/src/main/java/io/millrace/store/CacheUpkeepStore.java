package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done about kept results besides taking them: invalidating, counting, forgetting. */
public final class CacheUpkeepStore {
  private static final String NEWS =
      """
      SELECT id, at, tenant, type, encode(key, 'hex') FROM cache_invalidation
       WHERE id > ? ORDER BY id""";

  /** Numbers have to become visible in their order. */
  private static final String IN_TURN = "LOCK TABLE cache_invalidation IN EXCLUSIVE MODE";

  private static final String CHOSEN =
      """
      (?::text IS NULL OR tenant = ?) AND (?::text IS NULL OR type = ?)
        AND (?::text IS NULL OR key = decode(?, 'hex'))\
      """;

  private static final String VOID =
      """
      WITH locked AS MATERIALIZED (
        SELECT key FROM cache_flight WHERE %s ORDER BY key FOR UPDATE)
      UPDATE cache_flight SET keep = false WHERE key = ANY (ARRAY(SELECT key FROM locked))"""
          .formatted(CHOSEN);

  private static final String DELETE = "DELETE FROM cache_entry WHERE " + CHOSEN;

  private static final String WRITE =
      """
      INSERT INTO cache_invalidation (at, tenant, type, key)
      VALUES (clock_timestamp(), ?, ?, decode(?, 'hex'))""";

  private static final String KEYS =
      "SELECT encode(key, 'hex') FROM cache_entry ORDER BY expires_at DESC LIMIT ?";

  private static final String USED =
      """
      SELECT encode(key, 'hex') FROM cache_entry
       WHERE hits > 0 AND expires_at > now() ORDER BY hits DESC LIMIT ?""";

  private static final String COUNT =
      """
      UPDATE cache_entry SET hits = cache_entry.hits + given.hits
        FROM (SELECT decode(k, 'hex') AS key, hits FROM unnest(?::text[], ?::bigint[]) AS t (k, hits)
             ) AS given
       WHERE cache_entry.key = given.key AND cache_entry.key = ANY (ARRAY(
             SELECT e.key FROM (SELECT decode(k, 'hex') AS key FROM unnest(?::text[]) AS u (k)
                                 ORDER BY 1) AS g
              CROSS JOIN LATERAL (SELECT key FROM cache_entry WHERE cache_entry.key = g.key
                                     FOR NO KEY UPDATE SKIP LOCKED) AS e))""";

  private static final String FORGET =
      """
      DELETE FROM cache_entry WHERE key = ANY (ARRAY(
        SELECT key FROM cache_entry WHERE expires_at < now() - interval '1 hour'
         ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED))""";

  /** Longer than anything is kept, stale or not. */
  private static final String FORGET_NEWS =
      """
      DELETE FROM cache_invalidation
       WHERE at < now() - interval '26 hours' AND id < (SELECT max(id) FROM cache_invalidation)""";

  private final Database database;

  public CacheUpkeepStore(Database database) {
    this.database = database;
  }

  /** Something was invalidated: what ended by then must not be answered; null means any. */
  public record Invalidation(
      long id, Instant at, @Nullable String tenant, @Nullable String type, @Nullable String key) {}

  /**
   * What happened since.
   *
   * @param now the database's clock
   */
  public record News(List<Invalidation> invalidations, Instant now) {}

  /** The invalidations after one, in their order, by {@code cache_invalidation_pkey}. */
  public News news(long after) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(NEWS);
        PreparedStatement clock = connection.prepareStatement("SELECT clock_timestamp()")) {
      statement.setLong(1, after);
      List<Invalidation> news = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          news.add(
              new Invalidation(
                  rows.getLong(1),
                  rows.getTimestamp(2).toInstant(),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5)));
        }
      }
      try (ResultSet row = clock.executeQuery()) {
        row.next();
        return new News(news, row.getTimestamp(1).toInstant());
      }
    }
  }

  /**
   * Invalidates results, in one transaction: those that are kept are deleted, and those of work in
   * flight will be given to who waits for them already, and to nobody else. A submission that
   * begins after this has returned gets none of them, in any process.
   *
   * @param tenant whose; null for everybody's and the shared ones
   * @param type null for all types
   * @param key SHA-256 in hex; null for all
   * @return how many were kept
   */
  public int invalidate(@Nullable String tenant, @Nullable String type, @Nullable String key)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          try (PreparedStatement turn = connection.prepareStatement(IN_TURN);
              PreparedStatement flights = connection.prepareStatement(VOID);
              PreparedStatement delete = connection.prepareStatement(DELETE);
              PreparedStatement write = connection.prepareStatement(WRITE)) {
            turn.execute();
            choose(flights, tenant, type, key);
            flights.executeUpdate();
            choose(delete, tenant, type, key);
            int deleted = delete.executeUpdate();
            write.setString(1, tenant);
            write.setString(2, type);
            write.setString(3, key);
            write.executeUpdate();
            return deleted;
          }
        });
  }

  private static void choose(
      PreparedStatement statement,
      @Nullable String tenant,
      @Nullable String type,
      @Nullable String key)
      throws SQLException {
    int index = 1;
    for (@Nullable String value : new @Nullable String[] {tenant, type, key}) {
      statement.setString(index++, value);
      statement.setString(index++, value);
    }
  }

  /** The keys that live longest, at most so many; reads the table. */
  public List<String> keys(int limit) throws SQLException {
    return keys(KEYS, limit);
  }

  /** The keys that were used most, at most so many; reads the table. */
  public List<String> mostUsed(int limit) throws SQLException {
    return keys(USED, limit);
  }

  private List<String> keys(String query, int limit) throws SQLException {
    List<String> keys = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setInt(1, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          keys.add(rows.getString(1));
        }
      }
    }
    return keys;
  }

  /** Adds to how often results were used, by {@code cache_entry_pkey}; skips those in use. */
  public void count(Map<String, Long> hits) throws SQLException {
    List<Map.Entry<String, Long>> entries = new ArrayList<>(hits.entrySet());
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(COUNT)) {
      statement.setArray(1, Arrays.texts(connection, entries, Map.Entry::getKey));
      Arrays.longs(statement, 2, entries, Map.Entry::getValue);
      statement.setArray(3, Arrays.texts(connection, entries, Map.Entry::getKey));
      statement.executeUpdate();
    }
  }

  /**
   * Deletes results that nobody may take any more, by {@code cache_entry_expires_at_idx}, and old
   * invalidations.
   *
   * @param limit most results, at least 1
   * @return how many results were deleted
   */
  public int forget(int limit) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement entries = connection.prepareStatement(FORGET);
        PreparedStatement news = connection.prepareStatement(FORGET_NEWS)) {
      entries.setInt(1, limit);
      news.executeUpdate();
      return entries.executeUpdate();
    }
  }

  /** Whether a text is a key. */
  public static boolean isKey(String text) {
    return text.length() == 64 && text.chars().allMatch(HexFormat::isHexDigit);
  }
}
