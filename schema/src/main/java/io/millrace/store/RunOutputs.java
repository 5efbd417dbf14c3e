package io.millrace.store;

import io.millrace.model.JobEvent;
import io.millrace.model.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Names pieces of partial output in the logs of the runs whose tasks gave them: in the transaction
 * that writes the pieces, which has locked the jobs and locks the runs after them.
 */
final class RunOutputs {
  /**
   * Locks the runs in id order. A run that has ended takes no more: its last event stays the last.
   */
  private static final String WRITE =
      """
      WITH given AS (
        SELECT j.run, j.run_node, j.run_element, j.run_round, u.id, u.n
          FROM unnest(?::uuid[], ?::int[]) AS u (id, n)
         CROSS JOIN LATERAL (
               SELECT run, run_node, run_element, run_round FROM job
                WHERE job.id = u.id AND run IS NOT NULL OFFSET 0) AS j),
      counted AS MATERIALIZED (
        SELECT run, count(*)::int AS pieces FROM given GROUP BY run ORDER BY run),
      held AS MATERIALIZED (
        SELECT r.id, c.pieces FROM counted AS c CROSS JOIN LATERAL (
               SELECT id FROM run WHERE run.id = c.run AND finished_at IS NULL
                  FOR NO KEY UPDATE) AS r),
      numbered AS (
        UPDATE run SET events = run.events + held.pieces,
                       first_output_at = coalesce(run.first_output_at, now())
          FROM held WHERE run.id = held.id AND run.id = ANY (ARRAY(SELECT id FROM held))
        RETURNING run.id, old.events AS before),
      trimmed AS (
        DELETE FROM run_output USING numbered
         WHERE run_output.run = numbered.id AND run_output.n <= numbered.before - %d)
      INSERT INTO run_output (run, n, node, element, round, job_id, job_n)
      SELECT g.run, numbered.before + row_number() OVER (PARTITION BY g.run ORDER BY g.id, g.n),
             g.run_node, g.run_element, g.run_round, g.id, g.n
        FROM given AS g JOIN numbered ON numbered.id = g.run"""
          .formatted(Limits.MAX_RUN_OUTPUTS);

  private RunOutputs() {}

  /**
   * Writes them; by {@code job_pkey}, {@code run_pkey} and {@code run_output_pkey}.
   *
   * @param outputs of tasks of runs, perhaps none
   */
  static void write(Connection connection, List<JobEvent> outputs) throws SQLException {
    if (outputs.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setArray(1, Arrays.uuids(connection, outputs, JobEvent::jobId));
      Arrays.ints(statement, 2, outputs, JobEvent::n);
      statement.executeUpdate();
    }
  }
}
