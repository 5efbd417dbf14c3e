package io.millrace.store;

import io.millrace.model.CachedResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which results are kept, and which jobs run for a key: what a submission has to know of both. */
final class CacheStore {
  private static final String FOUND =
      """
      SELECT encode(e.key, 'hex'), e.tenant, e.type, e.source, e.finished_at, e.expires_at,
             e.run_millis,
             CASE WHEN pg_column_size(j.result) <= ? AND octet_length(j.result::text) <= ?
                  THEN j.result::text END,
             now()
        FROM (SELECT DISTINCT decode(k, 'hex') AS key FROM unnest(?::text[]) AS u (k)) AS given
       CROSS JOIN LATERAL (
             SELECT * FROM cache_entry WHERE cache_entry.key = given.key OFFSET 0) AS e
       CROSS JOIN LATERAL (
             SELECT result FROM job
              WHERE job.id = e.source AND job.state = 'SUCCEEDED' OFFSET 0) AS j""";

  /** Whoever comes second waits for the first to commit, and learns who leads. */
  private static final String ACQUIRE =
      """
      INSERT INTO cache_flight AS f (key, tenant, type, leader, ttl_millis)
      SELECT decode(k, 'hex'), tenant, type, leader, ttl
        FROM unnest(?::text[], ?::text[], ?::text[], ?::uuid[], ?::bigint[])
             AS t (k, tenant, type, leader, ttl)
       ORDER BY k
      ON CONFLICT (key) DO UPDATE SET type = f.type
      RETURNING encode(key, 'hex'), leader, keep""";

  private static final String LEAD =
      "UPDATE cache_flight SET leader = ? WHERE key = decode(?, 'hex')";

  private static final String RELEASE =
      """
      DELETE FROM cache_flight
       WHERE key = ANY (ARRAY(SELECT decode(k, 'hex') FROM unnest(?::text[]) AS u (k)))""";

  private static final String FOLLOW =
      """
      INSERT INTO cache_follower (leader, job_id)
      SELECT * FROM unnest(?::uuid[], ?::uuid[]) ON CONFLICT DO NOTHING""";

  private static final String LANDED =
      """
      INSERT INTO cache_landing (job_id, key)
      SELECT id, decode(k, 'hex') FROM unnest(?::uuid[], ?::text[]) AS t (id, k)
      ON CONFLICT DO NOTHING""";

  /** So that they are not deleted before they are copied. */
  private static final String HOLD =
      """
      SELECT j.id FROM (SELECT DISTINCT id FROM unnest(?::uuid[]) AS u (id) ORDER BY id) AS given
       CROSS JOIN LATERAL (SELECT id FROM job WHERE job.id = given.id FOR KEY SHARE) AS j""";

  private final int largest;

  /**
   * Makes a store.
   *
   * @param largest result that is read; a larger one stays where it is
   */
  CacheStore(int largest) {
    this.largest = largest;
  }

  /** A result with the time at which it was found. */
  record Found(CachedResult result, Instant at) {}

  /** The kept results of these keys, fresh or not, by {@code cache_entry_pkey}. */
  Map<String, Found> find(Connection connection, Collection<String> keys) throws SQLException {
    if (keys.isEmpty()) {
      return Map.of();
    }
    Map<String, Found> found = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(FOUND)) {
      statement.setInt(1, largest);
      statement.setInt(2, largest);
      statement.setArray(3, Arrays.texts(connection, List.copyOf(keys), key -> key));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), found(rows));
        }
      }
    }
    return found;
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(
        new CachedResult(
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getObject(4, UUID.class),
            row.getTimestamp(5).toInstant(),
            row.getTimestamp(6).toInstant(),
            row.getLong(7),
            row.getString(8)),
        row.getTimestamp(9).toInstant());
  }

  /** Somebody who would run for a key. */
  record Candidate(String key, @Nullable String tenant, String type, UUID leader, long ttlMillis) {}

  /** Who runs for a key. */
  record Flight(UUID leader, boolean keep) {}

  /**
   * Makes those leaders whose key nobody runs for; holds the keys' rows, in their order, until the
   * transaction ends.
   *
   * @param candidates at most one per key
   */
  Map<String, Flight> acquire(Connection connection, List<Candidate> candidates)
      throws SQLException {
    Map<String, Flight> flights = new HashMap<>();
    if (candidates.isEmpty()) {
      return flights;
    }
    try (PreparedStatement statement = connection.prepareStatement(ACQUIRE)) {
      statement.setArray(1, Arrays.texts(connection, candidates, Candidate::key));
      statement.setArray(2, Arrays.texts(connection, candidates, Candidate::tenant));
      statement.setArray(3, Arrays.texts(connection, candidates, Candidate::type));
      statement.setArray(4, Arrays.uuids(connection, candidates, Candidate::leader));
      Arrays.longs(statement, 5, candidates, Candidate::ttlMillis);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          flights.put(
              rows.getString(1), new Flight(rows.getObject(2, UUID.class), rows.getBoolean(3)));
        }
      }
    }
    return flights;
  }

  /** Another job of the same transaction leads. */
  void lead(Connection connection, String key, UUID leader) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LEAD)) {
      statement.setObject(1, leader);
      statement.setString(2, key);
      statement.executeUpdate();
    }
  }

  /** Nobody needs to run for these keys after all. */
  void release(Connection connection, List<String> keys) throws SQLException {
    if (!keys.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
        statement.setArray(1, Arrays.texts(connection, keys, key -> key));
        statement.executeUpdate();
      }
    }
  }

  /** Lists who waits for whom; both lists in the same order. */
  void follow(Connection connection, List<UUID> leaders, List<UUID> followers) throws SQLException {
    if (!leaders.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(FOLLOW)) {
        statement.setArray(1, Arrays.uuids(connection, leaders, id -> id));
        statement.setArray(2, Arrays.uuids(connection, followers, id -> id));
        statement.executeUpdate();
      }
    }
  }

  /** Writes down that leaders have ended, or were never there. */
  void landed(Connection connection, Map<UUID, String> keys) throws SQLException {
    if (!keys.isEmpty()) {
      List<Map.Entry<UUID, String>> entries = new ArrayList<>(keys.entrySet());
      try (PreparedStatement statement = connection.prepareStatement(LANDED)) {
        statement.setArray(1, Arrays.uuids(connection, entries, Map.Entry::getKey));
        statement.setArray(2, Arrays.texts(connection, entries, Map.Entry::getValue));
        statement.executeUpdate();
      }
    }
  }

  /** Keeps jobs from being deleted until the transaction ends; locks them in id order. */
  void hold(Connection connection, List<UUID> sources) throws SQLException {
    if (!sources.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
        statement.setArray(1, Arrays.uuids(connection, sources, id -> id));
        statement.execute();
      }
    }
  }
}
