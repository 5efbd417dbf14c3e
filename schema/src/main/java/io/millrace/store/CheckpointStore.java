package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Small documents that handlers leave for the next attempt of the same job; one per job. */
public final class CheckpointStore {
  /** The lock keeps an outcome, or a reaper, from ending the attempt before this commits. */
  private static final String SAVE =
      """
      WITH given AS (
        SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::int[], ?::text[])
          AS t (id, session, attempt, document)),
      held AS (
        SELECT job.id, given.attempt, given.document
          FROM (SELECT * FROM given ORDER BY id) AS given CROSS JOIN LATERAL (
               SELECT id FROM job WHERE job.id = given.id AND job.state = 'RUNNING'
                  AND job.session = given.session AND job.attempt = given.attempt
                  FOR NO KEY UPDATE) AS job)
      INSERT INTO job_checkpoint AS c (job_id, attempt, document)
      SELECT id, attempt, document::json FROM held
      ON CONFLICT (job_id) DO UPDATE
        SET attempt = excluded.attempt, document = excluded.document, saved_at = now()
      RETURNING c.job_id""";

  private static final String FIND = "SELECT document FROM job_checkpoint WHERE job_id = ?";

  private final Database database;

  public CheckpointStore(Database database) {
    this.database = database;
  }

  /** A document to keep, with the fence it is written under; {@code document} is JSON. */
  public record Saved(UUID id, long session, int attempt, String document) {}

  /**
   * Saves documents in one transaction, each over the one before it of the same job. By {@code
   * job_pkey} and {@code job_checkpoint_pkey}; locks the jobs in id order. One of an attempt that
   * does not run under its session any more is not written.
   *
   * @param rows at least one, at most one per job
   * @return the jobs whose document was saved
   */
  public Set<UUID> save(List<Saved> rows) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(SAVE)) {
      statement.setArray(1, Arrays.uuids(connection, rows, Saved::id));
      Arrays.longs(statement, 2, rows, Saved::session);
      Arrays.ints(statement, 3, rows, Saved::attempt);
      statement.setArray(4, Arrays.texts(connection, rows, Saved::document));
      Set<UUID> saved = new HashSet<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          saved.add(result.getObject(1, UUID.class));
        }
      }
      return saved;
    }
  }

  /** What was saved last for a job, by {@code job_checkpoint_pkey}. */
  public Optional<String> find(UUID id) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(FIND)) {
      statement.setObject(1, id);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
      }
    }
  }
}
