package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values too large for payloads, each kept once, by the hash of its content: written in the
 * transaction that makes the jobs they are for, and collected when no job needs them any more.
 */
public final class ArtifactStore {
  /** Longer than any transaction: what was touched within it is neither touched nor collected. */
  private static final Duration FRESH = Duration.ofMinutes(30);

  private static final String KNOWN =
      """
      SELECT hash FROM artifact
       WHERE hash = ANY (?) AND touched_at > now() - ? * interval '1 millisecond'""";

  private static final String KEEP =
      """
      INSERT INTO artifact (hash, content, bytes) VALUES (?, ?, ?)
      ON CONFLICT (hash) DO UPDATE SET touched_at = now()""";

  private static final String REFER =
      """
      INSERT INTO job_artifact (job_id, field, hash)
      SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[]) ON CONFLICT DO NOTHING""";

  private static final String OF_JOB =
      """
      SELECT j.field, j.hash, a.content FROM job_artifact j LEFT JOIN artifact a USING (hash)
       WHERE j.job_id = ? ORDER BY j.field""";

  private static final String COLLECT =
      """
      WITH seen AS (SELECT hash FROM artifact WHERE hash > ? ORDER BY hash LIMIT ?),
      old AS (
        SELECT a.hash FROM artifact a
         WHERE a.hash = ANY (ARRAY(SELECT hash FROM seen))
           AND a.touched_at < now() - ? * interval '1 millisecond'
           AND NOT EXISTS (SELECT FROM job_artifact j WHERE j.hash = a.hash)
         ORDER BY a.hash FOR UPDATE OF a SKIP LOCKED),
      gone AS (DELETE FROM artifact WHERE hash = ANY (ARRAY(SELECT hash FROM old)) RETURNING 1)
      SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM seen),
             (SELECT hash FROM seen ORDER BY hash DESC LIMIT 1)""";

  private final Database database;

  public ArtifactStore(Database database) {
    this.database = database;
  }

  /**
   * A large field of a payload.
   *
   * @param job whose payload
   * @param hash SHA-256 of the content in UTF-8, in hexadecimal
   * @param content JSON text
   * @param bytes of the content in UTF-8
   */
  public record Large(UUID job, String field, String hash, String content, int bytes) {}

  /**
   * A large field as it is kept.
   *
   * @param content null when it is gone
   */
  public record Kept(String field, String hash, @Nullable String content) {}

  /**
   * What a step of the collection did.
   *
   * @param collected artifacts that are gone
   * @param last where to go on, or null at the end
   */
  public record Collected(int collected, @Nullable String last) {}

  /**
   * Keeps large fields of jobs, in a transaction of the caller's that locks no rows after this. By
   * {@code artifact_pkey}, in the order of the hashes.
   */
  static void write(Connection connection, List<Large> fields) throws SQLException {
    if (fields.isEmpty()) {
      return;
    }
    Map<String, Large> byHash = new TreeMap<>();
    fields.forEach(field -> byHash.put(field.hash(), field));
    Set<String> known = known(connection, Set.copyOf(byHash.keySet()));
    try (PreparedStatement statement = connection.prepareStatement(KEEP)) {
      for (Large field : byHash.values()) {
        if (!known.contains(field.hash())) {
          statement.setString(1, field.hash());
          statement.setString(2, field.content());
          statement.setInt(3, field.bytes());
          statement.executeUpdate();
        }
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(REFER)) {
      statement.setArray(1, Arrays.uuids(connection, fields, Large::job));
      statement.setArray(2, Arrays.texts(connection, fields, Large::field));
      statement.setArray(3, Arrays.texts(connection, fields, Large::hash));
      statement.executeUpdate();
    }
  }

  private static Set<String> known(Connection connection, Set<String> hashes) throws SQLException {
    Set<String> known = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
      statement.setArray(1, Arrays.texts(connection, List.copyOf(hashes), hash -> hash));
      statement.setLong(2, FRESH.toMillis());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          known.add(rows.getString(1));
        }
      }
    }
    return known;
  }

  /**
   * The large fields of a job's payload, by {@code job_artifact_pkey} and {@code artifact_pkey}.
   */
  public List<Kept> of(UUID job) throws SQLException {
    List<Kept> fields = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(OF_JOB)) {
      statement.setObject(1, job);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          fields.add(new Kept(rows.getString(1), rows.getString(2), rows.getString(3)));
        }
      }
    }
    return fields;
  }

  /**
   * Deletes those of the next artifacts, in the order of their hashes, that no job needs and nobody
   * has needed for a while. By {@code artifact_pkey} and {@code job_artifact_hash_idx}; skips what
   * somebody else has locked.
   *
   * @param after where the step before ended, or an empty text to begin
   * @param limit most artifacts looked at, at least 1
   * @param unused how long nobody has needed them; longer than a transaction lasts
   */
  public Collected collect(String after, int limit, Duration unused) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(COLLECT)) {
      statement.setString(1, after);
      statement.setInt(2, limit);
      statement.setLong(3, unused.toMillis());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Collected(row.getInt(1), row.getInt(2) < limit ? null : row.getString(3));
      }
    }
  }
}
