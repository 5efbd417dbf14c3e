package io.millrace.store;

import io.millrace.model.JobState;
import io.millrace.model.Priority;
import java.time.Instant;
import java.util.List;

/** Queues and workers as an operator sees them; from counters and one row per worker. */
public final class FleetStore {
  private static final String COUNTS =
      """
      SELECT pool, priority, state, sum(jobs)::bigint
        FROM (SELECT pool, priority, state, jobs FROM queue_count
              UNION ALL SELECT pool, priority, state, jobs FROM queue_delta) AS c
       GROUP BY pool, priority, state HAVING sum(jobs) <> 0
       ORDER BY pool, priority, state""";

  private final Database database;

  public FleetStore(Database database) {
    this.database = database;
  }

  /** Jobs of a pool and priority in one state. */
  public record Count(String pool, Priority priority, JobState state, long jobs) {}

  /** All counters that are not zero, in order of pool, priority and state. */
  public List<Count> counts() {
    return database
        .dsl()
        .fetch(COUNTS)
        .map(
            row ->
                new Count(
                    row.get(0, String.class),
                    Priority.ofCode(row.get(1, Integer.class)),
                    JobState.valueOf(row.get(2, String.class)),
                    row.get(3, Long.class)));
  }

  /**
   * A worker session.
   *
   * @param poolSlots slots of each pool, in the same order
   * @param state LIVE, DRAINING, LEFT or DEAD
   * @param running jobs it said it ran, at its last beat
   * @param silentMillis since its last beat, by the database's clock
   */
  public record Worker(
      long session,
      String name,
      List<String> pools,
      List<Integer> poolSlots,
      int slots,
      int running,
      String state,
      boolean quarantine,
      Instant startedAt,
      Instant beatAt,
      long silentMillis) {}

  /** The latest sessions that are remembered, those that have not ended first. */
  public List<Worker> workers(int limit) {
    return database
        .dsl()
        .fetch(
            """
            SELECT session, name, pools, pool_slots, slots, running, state, quarantine, started_at, beat_at,
                   (extract(epoch FROM now() - beat_at) * 1000)::bigint
              FROM worker
             ORDER BY state IN ('LEFT', 'DEAD'), session DESC LIMIT ?""",
            limit)
        .map(
            row ->
                new Worker(
                    row.get(0, Long.class),
                    row.get(1, String.class),
                    List.of(row.get(2, String[].class)),
                    List.of(row.get(3, Integer[].class)),
                    row.get(4, Integer.class),
                    row.get(5, Integer.class),
                    row.get(6, String.class),
                    row.get(7, Boolean.class),
                    row.get(8, Instant.class),
                    row.get(9, Instant.class),
                    Math.max(0, row.get(10, Long.class))));
  }
}
