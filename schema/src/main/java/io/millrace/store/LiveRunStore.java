package io.millrace.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Runs that have not ended, by the versions they go by. */
public final class LiveRunStore {
  /** Most runs of a version that are counted. */
  public static final int MOST_COUNTED = 10_000;

  /** Most runs of a version that are named. */
  public static final int MOST_NAMED = 20;

  static final String BY_VERSION =
      """
      SELECT v.version, v.number, c.runs, f.ids
        FROM workflow_version v
       CROSS JOIN LATERAL (
             SELECT count(*)::int AS runs FROM (
               SELECT FROM run
                WHERE run.tenant = v.tenant AND run.workflow = v.name
                  AND run.version = v.version AND run.finished_at IS NULL
                LIMIT %d) AS live OFFSET 0) AS c
       CROSS JOIN LATERAL (
             SELECT array_agg(id ORDER BY id) AS ids FROM (
               SELECT id FROM run
                WHERE run.tenant = v.tenant AND run.workflow = v.name
                  AND run.version = v.version AND run.finished_at IS NULL
                LIMIT %d) AS live OFFSET 0) AS f
       WHERE v.tenant = ? AND v.name = ? AND c.runs > 0
       ORDER BY v.number DESC"""
          .formatted(MOST_COUNTED + 1, MOST_NAMED);

  private final Database database;

  public LiveRunStore(Database database) {
    this.database = database;
  }

  /**
   * The runs of one version.
   *
   * @param runs how many; {@link #MOST_COUNTED} + 1 stands for more than that many
   * @param some at most {@link #MOST_NAMED} of them
   */
  public record Live(String version, int number, int runs, List<UUID> some) {}

  /**
   * The versions of a workflow that runs still go by, the latest first; by {@code
   * workflow_version_pkey} and {@code run_live_idx}.
   */
  public List<Live> byVersion(String tenant, String workflow) throws SQLException {
    List<Live> live = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(BY_VERSION)) {
      statement.setString(1, tenant);
      statement.setString(2, workflow);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Array ids = rows.getArray(4);
          live.add(new Live(rows.getString(1), rows.getInt(2), rows.getInt(3), Arrays.uuids(ids)));
        }
      }
    }
    return live;
  }
}
