package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What went wrong with a job, attempt by attempt, as its history tells it. */
public final class AttemptStore {
  private static final String FAILURES =
      """
      SELECT (l.line->>3)::int AS attempt, (l.line->>1)::bigint AS at, l.line->4->'error'->>'kind',
             l.line->4->'error'->>'message', l.line->>2 AS entered
        FROM job CROSS JOIN LATERAL (
               SELECT line::json AS line
                 FROM regexp_split_to_table(rtrim(job.history, E'\\n'), E'\\n') AS t (line)
                WHERE line <> '') AS l
       WHERE job.id = ? AND job.tenant = ? AND l.line->4->'error' IS NOT NULL
       ORDER BY (l.line->>0)::int""";

  private final Database database;

  public AttemptStore(Database database) {
    this.database = database;
  }

  /**
   * One attempt that failed, or the end of a job that none was left for.
   *
   * @param attempt its number; 0 when none had started
   * @param at when that was recorded, by the database's clock
   * @param kind an {@link io.millrace.model.ErrorKind}
   * @param then the state the job went to
   */
  public record FailedAttempt(int attempt, Instant at, String kind, String message, String then) {}

  /**
   * The failures of a job in their order, by {@code job_pkey}; the oldest may have been trimmed
   * with the history. Empty also when the tenant has no such job.
   */
  public List<FailedAttempt> failures(String tenant, UUID id) throws SQLException {
    List<FailedAttempt> failures = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(FAILURES)) {
      statement.setObject(1, id);
      statement.setString(2, tenant);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          failures.add(
              new FailedAttempt(
                  rows.getInt(1),
                  Instant.ofEpochMilli(rows.getLong(2)),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5)));
        }
      }
    }
    return failures;
  }
}
