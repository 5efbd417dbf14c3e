package io.millrace.store;

import io.millrace.store.RunAdvanceStore.LockedRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Hands on the places of runs whose workflow says how many of a key may run at once. A place goes
 * from the run that ends to the one that has waited longest in the transaction that ends the first,
 * so there is none that is free while somebody waits for it.
 *
 * <p>Whoever takes or gives a place locks the row of its key first, after all runs and in the order
 * of the keys, and locks nothing afterwards. The lock is a statement of its own: only the next one
 * sees what those before have done.
 */
final class RunTurns {
  /** What the last run of a key asks for counts; 0 leaves the limit as it is. */
  private static final String LOCK =
      """
      INSERT INTO run_key AS k (tenant, workflow, key, most)
      SELECT DISTINCT ON (tenant, workflow, key) tenant, workflow, key, most
        FROM unnest(?::text[], ?::text[], ?::text[], ?::int[])
             WITH ORDINALITY AS t (tenant, workflow, key, most, n)
       ORDER BY tenant, workflow, key, n DESC
      ON CONFLICT (tenant, workflow, key) DO UPDATE
        SET most = CASE WHEN excluded.most > 0 THEN excluded.most ELSE k.most END""";

  private static final String LEAVE = "DELETE FROM run_turn WHERE run = ANY (?::uuid[])";

  private static final String QUEUE =
      """
      INSERT INTO run_turn (run, tenant, workflow, key)
      SELECT run, tenant, workflow, key
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[])
             WITH ORDINALITY AS t (run, tenant, workflow, key, n)
       ORDER BY n
      ON CONFLICT (run) DO NOTHING""";

  private static final String NOTE =
      """
      UPDATE run SET concurrency_key = t.key
        FROM unnest(?::uuid[], ?::text[]) AS t (id, key)
       WHERE run.id = t.id AND run.id = ANY (?::uuid[]) AND run.id BETWEEN ? AND ?
         AND run.concurrency_key IS NULL""";

  private static final String GRANT =
      """
      WITH given AS MATERIALIZED (
        SELECT DISTINCT tenant, workflow, key
          FROM unnest(?::text[], ?::text[], ?::text[]) AS t (tenant, workflow, key)),
      free AS MATERIALIZED (
        SELECT g.*, k.most - (SELECT count(*) FROM run_turn t
                               WHERE t.tenant = g.tenant AND t.workflow = g.workflow
                                 AND t.key = g.key AND t.holds) AS places
          FROM given g
         CROSS JOIN LATERAL (
               SELECT most FROM run_key
                WHERE run_key.tenant = g.tenant AND run_key.workflow = g.workflow
                  AND run_key.key = g.key OFFSET 0) AS k),
      next AS MATERIALIZED (
        SELECT n.run FROM free f
         CROSS JOIN LATERAL (
               SELECT run FROM run_turn t
                WHERE t.tenant = f.tenant AND t.workflow = f.workflow AND t.key = f.key
                  AND NOT t.holds
                ORDER BY place LIMIT greatest(f.places, 0)) AS n),
      granted AS (
        UPDATE run_turn SET holds = true WHERE run = ANY (ARRAY(SELECT run FROM next))
        RETURNING run)
      INSERT INTO run_inbox (run, kind) SELECT run, 'TURN' FROM granted""";

  private static final String FORGET =
      """
      DELETE FROM run_key USING unnest(?::text[], ?::text[], ?::text[]) AS t (tenant, workflow, key)
       WHERE run_key.tenant = t.tenant AND run_key.workflow = t.workflow AND run_key.key = t.key
         AND NOT EXISTS (SELECT FROM run_turn o WHERE o.tenant = t.tenant
                            AND o.workflow = t.workflow AND o.key = t.key)""";

  private RunTurns() {}

  private record Own(UUID run, String tenant, String workflow, String key, int most) {}

  /**
   * Takes the places of runs that have ended, puts those that ask for one into the line, and gives
   * the free ones to whose turn it is.
   *
   * @return how many runs may start by that
   */
  static int settle(Connection connection, List<LockedRun> locked, List<RunChange> changes)
      throws SQLException {
    Map<UUID, LockedRun> runs =
        locked.stream().collect(Collectors.toMap(LockedRun::id, Function.identity()));
    List<Own> ended = new ArrayList<>();
    List<Own> waiting = new ArrayList<>();
    for (RunChange change : changes) {
      LockedRun run = Objects.requireNonNull(runs.get(change.run()));
      RunChange.Turn turn = change.turn();
      String key = run.concurrencyKey();
      if (turn != null) {
        waiting.add(new Own(run.id(), run.tenant(), run.workflow(), turn.key(), turn.most()));
      } else if (change.end() != null && key != null) {
        ended.add(new Own(run.id(), run.tenant(), run.workflow(), key, 0));
      }
    }
    return ended.isEmpty() && waiting.isEmpty() ? 0 : handOn(connection, ended, waiting);
  }

  private static int handOn(Connection connection, List<Own> ended, List<Own> waiting)
      throws SQLException {
    List<Own> all = new ArrayList<>(ended);
    all.addAll(waiting);
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      keys(connection, statement, 1, all);
      Arrays.ints(statement, 4, all, Own::most);
      statement.executeUpdate();
    }
    if (!ended.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(LEAVE)) {
        statement.setArray(1, Arrays.uuids(connection, ended, Own::run));
        statement.executeUpdate();
      }
    }
    if (!waiting.isEmpty()) {
      queue(connection, waiting);
    }
    int granted = update(connection, GRANT, all);
    if (!ended.isEmpty()) {
      update(connection, FORGET, ended);
    }
    return granted;
  }

  private static void queue(Connection connection, List<Own> waiting) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(QUEUE)) {
      statement.setArray(1, Arrays.uuids(connection, waiting, Own::run));
      keys(connection, statement, 2, waiting);
      statement.executeUpdate();
    }
    try (PreparedStatement statement = connection.prepareStatement(NOTE)) {
      statement.setArray(1, Arrays.uuids(connection, waiting, Own::run));
      statement.setArray(2, Arrays.texts(connection, waiting, Own::key));
      Arrays.range(connection, statement, 3, waiting.stream().map(Own::run).toList());
      statement.executeUpdate();
    }
  }

  private static int update(Connection connection, String sql, List<Own> own) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      keys(connection, statement, 1, own);
      return statement.executeUpdate();
    }
  }

  private static void keys(
      Connection connection, PreparedStatement statement, int index, List<Own> own)
      throws SQLException {
    statement.setArray(index, Arrays.texts(connection, own, Own::tenant));
    statement.setArray(index + 1, Arrays.texts(connection, own, Own::workflow));
    statement.setArray(index + 2, Arrays.texts(connection, own, Own::key));
  }
}
