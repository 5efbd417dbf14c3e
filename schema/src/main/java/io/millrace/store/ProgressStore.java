package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * Progress and log lines, written in batches. The fence is the attempt number alone: it is used
 * once, and the last lines of an attempt may come after its outcome.
 */
public final class ProgressStore {
  private static final String FENCED =
      """
        FROM unnest(?::uuid[], ?::int[], %s)
             AS t (id, attempt, %s)
        JOIN job ON job.id = t.id AND job.attempt = t.attempt
      """;

  private static final String PROGRESS =
      """
      INSERT INTO job_progress AS p (job_id, attempt, fraction, message, updated_at)
      SELECT t.id, t.attempt, t.fraction, t.message, now()
      %s
      ON CONFLICT (job_id) DO UPDATE
        SET attempt = excluded.attempt, fraction = excluded.fraction,
            message = excluded.message, updated_at = excluded.updated_at"""
          .formatted(FENCED.formatted("?::real[], ?::text[]", "fraction, message"));

  private static final String LOG =
      """
      INSERT INTO job_log (job_id, attempt, line_no, at, line)
      SELECT t.id, t.attempt, t.line_no, t.at, t.line
      %s
      ON CONFLICT (job_id, attempt, line_no) DO NOTHING"""
          .formatted(
              FENCED.formatted("?::int[], ?::timestamptz[], ?::text[]", "line_no, at, line"));

  private final Database database;

  public ProgressStore(Database database) {
    this.database = database;
  }

  /** The latest progress of one attempt; {@code fraction} is 0.0 to 1.0. */
  public record Progress(UUID id, int attempt, double fraction, String message) {}

  /** One log line; {@code lineNo} counts from 0 within an attempt. */
  public record Line(UUID id, int attempt, int lineNo, Instant at, String line) {}

  /**
   * Writes progress, at most one row per job, by {@code job_pkey} and {@code job_progress_pkey}.
   */
  public void progress(List<Progress> rows) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(PROGRESS)) {
      statement.setArray(1, Arrays.uuids(connection, rows, Progress::id));
      Arrays.ints(statement, 2, rows, Progress::attempt);
      float[] fractions = new float[rows.size()];
      for (int i = 0; i < fractions.length; i++) {
        fractions[i] = (float) rows.get(i).fraction();
      }
      statement.setObject(3, fractions);
      statement.setArray(4, Arrays.texts(connection, rows, Progress::message));
      statement.execute();
    }
  }

  /** Appends log lines by {@code job_pkey}; a line written before is left alone. */
  public void log(List<Line> rows) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(LOG)) {
      statement.setArray(1, Arrays.uuids(connection, rows, Line::id));
      Arrays.ints(statement, 2, rows, Line::attempt);
      Arrays.ints(statement, 3, rows, Line::lineNo);
      OffsetDateTime[] times = new OffsetDateTime[rows.size()];
      for (int i = 0; i < times.length; i++) {
        times[i] = rows.get(i).at().atOffset(ZoneOffset.UTC);
      }
      statement.setArray(4, connection.createArrayOf("timestamptz", times));
      statement.setArray(5, Arrays.texts(connection, rows, Line::line));
      statement.execute();
    }
  }
}
