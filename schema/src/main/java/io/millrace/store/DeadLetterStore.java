package io.millrace.store;

import io.millrace.model.DeadLetter;
import io.millrace.model.DeadLetterFilter;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The dead letters of a tenant, oldest first. */
public final class DeadLetterStore {
  /** Most dead letters looked at for one page; a filter that few of them fit gives short pages. */
  static final int SCAN = 5_000;

  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
  private static final UUID LOWEST = new UUID(0, 0);

  /** CTEs {@code f}, what is asked for, and {@code page}, a stretch of the tenant's letters. */
  static final String WINDOW =
      """
      f AS (SELECT ?::text AS type, ?::text AS kind, ?::jsonb AS labels),
      page AS (
        SELECT job_id, type, kind, labels, failed_at FROM dead_letter
         WHERE tenant = ? AND (failed_at, job_id) > (?::timestamptz, ?::uuid)
           AND failed_at < ?::timestamptz
         ORDER BY failed_at, job_id LIMIT ?)""";

  /** Whether a letter of {@code page} is asked for. */
  static final String FITS =
      """
      (f.type IS NULL OR page.type = f.type) AND (f.kind IS NULL OR page.kind = f.kind)
      AND (f.labels IS NULL OR page.labels @> f.labels)""";

  /** Number and end of {@code page}. */
  static final String END =
      """
      (SELECT count(*) AS seen, max(failed_at) AS last_at,
              (array_agg(job_id ORDER BY failed_at DESC, job_id DESC))[1] AS last_id
         FROM page) AS ending""";

  private static final String PAGE =
      """
      WITH %s,
      fit AS (SELECT page.* FROM page CROSS JOIN f WHERE %s
               ORDER BY failed_at, job_id LIMIT ?)
      SELECT fit.job_id, fit.type, fit.kind, fit.labels::text, fit.failed_at, job.error_message,
             job.error_attempt, job.attempt, job.created_at, ending.seen, ending.last_at,
             ending.last_id
        FROM %s LEFT JOIN (fit CROSS JOIN LATERAL (
             SELECT * FROM job WHERE job.id = fit.job_id OFFSET 0) AS job) ON true
       ORDER BY fit.failed_at, fit.job_id"""
          .formatted(WINDOW, FITS, END);

  private static final String TYPES =
      "SELECT job_id, type FROM dead_letter WHERE tenant = ? AND job_id = ANY (?::uuid[])";

  private final Database database;

  public DeadLetterStore(Database database) {
    this.database = database;
  }

  /** A place in the list: after this letter. */
  public record After(Instant failedAt, UUID job) {}

  /**
   * Some dead letters.
   *
   * @param next where the list goes on, or null at its end
   */
  public record Page(List<DeadLetter> letters, @Nullable After next) {}

  /**
   * Dead letters that fit, oldest first, by {@code dead_letter_tenant_idx} and {@code job_pkey}.
   * Looks at no more than {@value #SCAN} of them, so a page may be short and still have a next one.
   *
   * @param after where to go on, null for the start
   * @param limit most letters, at least 1
   */
  public Page page(String tenant, DeadLetterFilter filter, @Nullable After after, int limit)
      throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(PAGE)) {
      bind(statement, tenant, filter, start(filter, after), end(filter), SCAN);
      statement.setInt(9, limit + 1);
      List<DeadLetter> letters = new ArrayList<>();
      After last = null;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          last = rows.getLong("seen") == SCAN ? last(rows) : null;
          if (rows.getObject(1) != null) {
            letters.add(letter(rows));
          }
        }
      }
      if (letters.size() > limit) {
        letters.removeLast();
        return new Page(letters, new After(letters.getLast().failedAt(), letters.getLast().id()));
      }
      return new Page(letters, last);
    }
  }

  /** The types of those of the jobs that are dead letters of the tenant, by its primary key. */
  public Map<UUID, String> types(String tenant, List<UUID> ids) throws SQLException {
    Map<UUID, String> types = new HashMap<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(TYPES)) {
      statement.setString(1, tenant);
      statement.setArray(2, Arrays.uuids(connection, ids, id -> id));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          types.put(rows.getObject(1, UUID.class), rows.getString(2));
        }
      }
    }
    return types;
  }

  /** Where a walk through what fits starts. */
  static After start(DeadLetterFilter filter, @Nullable After after) {
    if (after != null) {
      return after;
    }
    return new After(filter.since() == null ? Instant.EPOCH : filter.since(), LOWEST);
  }

  private static Instant end(DeadLetterFilter filter) {
    return filter.until() == null ? LATEST : filter.until();
  }

  /** Binds the eight parameters of {@link #WINDOW}. */
  static void bind(
      PreparedStatement statement,
      String tenant,
      DeadLetterFilter filter,
      After after,
      Instant until,
      int scan)
      throws SQLException {
    statement.setString(1, filter.type());
    statement.setString(2, filter.kind() == null ? null : filter.kind().name());
    statement.setString(3, filter.labels());
    statement.setString(4, tenant);
    statement.setObject(5, time(after.failedAt()));
    statement.setObject(6, after.job());
    statement.setObject(7, time(until));
    statement.setInt(8, scan);
  }

  static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** The end of the window that the row tells, or null when nothing was in it. */
  static @Nullable After last(ResultSet row) throws SQLException {
    Timestamp at = row.getTimestamp("last_at");
    return at == null ? null : new After(at.toInstant(), row.getObject("last_id", UUID.class));
  }

  private static DeadLetter letter(ResultSet row) throws SQLException {
    return new DeadLetter(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getInt(8),
        row.getTimestamp(9).toInstant(),
        row.getTimestamp(5).toInstant(),
        new JobError(
            ErrorKind.valueOf(row.getString(3)), String.valueOf(row.getString(6)), row.getInt(7)),
        row.getString(4));
  }
}
