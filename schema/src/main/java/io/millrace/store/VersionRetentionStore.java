package io.millrace.store;

import io.millrace.runtime.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets go of versions of workflows that nobody uses any more. */
public final class VersionRetentionStore {
  /** Most runs of a workflow that are looked at to find one of a version. */
  static final int MOST_RUNS = 10_000;

  /** By so much a run may be younger than its version's last use says; clocks differ too. */
  private static final Duration MARGIN = Duration.ofHours(2);

  /** A current version stays, and the one with the highest number, so that none comes twice. */
  private static final String NEXT =
      """
      SELECT v.tenant, v.name, v.version, v.used_at,
             v.used_at < now() - ? * interval '1 millisecond' AND NOT EXISTS (
               SELECT FROM workflow w
                WHERE w.tenant = v.tenant AND w.name = v.name
                  AND (w.version = v.version OR v.number = (
                       SELECT max(number) FROM workflow_version o
                        WHERE o.tenant = v.tenant AND o.name = v.name)))
        FROM workflow_version v
       WHERE (tenant, name, version) > (?, ?, ?) ORDER BY tenant, name, version LIMIT ?""";

  private static final String IN_USE =
      """
      SELECT count(*) >= ? OR coalesce(bool_or(version = ?), false)
        FROM (SELECT version FROM run
               WHERE (tenant, workflow, id) >= (?, ?, '00000000-0000-0000-0000-000000000000'::uuid)
                 AND (tenant, workflow, id) < (?, ?, ?)
               ORDER BY tenant, workflow, id LIMIT ?) AS older""";

  private static final String DELETE =
      """
      DELETE FROM workflow_version v
       WHERE v.tenant = ? AND v.name = ? AND v.version = ? AND v.used_at = ?
         AND NOT EXISTS (SELECT FROM workflow w
                          WHERE w.tenant = v.tenant AND w.name = v.name AND w.version = v.version)""";

  private final Database database;

  public VersionRetentionStore(Database database) {
    this.database = database;
  }

  /** A version of a workflow: where a sweep is. */
  public record Position(String tenant, String name, String version) {
    public static final Position START = new Position("", "", "");
  }

  /**
   * What one step of a sweep did.
   *
   * @param deleted versions that are gone
   * @param last where to go on, or null at the end
   */
  public record Step(int deleted, @Nullable Position last) {}

  private record Unused(Position version, java.sql.Timestamp usedAt) {}

  /**
   * Deletes, among the next so many versions, those that no run was started with for so long and
   * that no run goes by or went by, unless new runs start with them. By {@code
   * workflow_version_pkey} and {@code run_workflow_idx}. A version of a workflow with 10,000 older
   * runs that are still kept stays.
   *
   * @param limit most versions looked at, at least 1
   */
  public Step sweep(Position after, Duration keep, int limit) throws SQLException {
    List<Unused> unused = new ArrayList<>();
    Position last = null;
    int seen = 0;
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(NEXT)) {
      statement.setLong(1, keep.toMillis());
      statement.setString(2, after.tenant());
      statement.setString(3, after.name());
      statement.setString(4, after.version());
      statement.setInt(5, limit);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          seen++;
          last = new Position(row.getString(1), row.getString(2), row.getString(3));
          if (row.getBoolean(5)) {
            unused.add(new Unused(last, row.getTimestamp(4)));
          }
        }
      }
    }
    int deleted = 0;
    for (Unused one : unused) {
      deleted += delete(one);
    }
    return new Step(deleted, seen < limit ? null : last);
  }

  private int delete(Unused unused) throws SQLException {
    Position version = unused.version();
    return database.inTransaction(
        connection -> {
          try (PreparedStatement alone = connection.prepareStatement(WorkflowStore.ALONE)) {
            alone.setString(1, version.tenant());
            alone.execute();
          }
          if (isInUse(connection, version, unused.usedAt().toInstant())) {
            return 0;
          }
          try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setString(1, version.tenant());
            statement.setString(2, version.name());
            statement.setString(3, version.version());
            statement.setTimestamp(4, unused.usedAt());
            return statement.executeUpdate();
          }
        });
  }

  private static boolean isInUse(Connection connection, Position version, Instant usedAt)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IN_USE)) {
      statement.setInt(1, MOST_RUNS);
      statement.setString(2, version.version());
      statement.setString(3, version.tenant());
      statement.setString(4, version.name());
      statement.setString(5, version.tenant());
      statement.setString(6, version.name());
      statement.setObject(7, Ids.lowest(usedAt.plus(MARGIN)));
      statement.setInt(8, MOST_RUNS);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
