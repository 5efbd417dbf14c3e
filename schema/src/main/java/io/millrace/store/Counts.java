package io.millrace.store;

/**
 * The part of a moving statement that keeps the queue counters: common table expressions that turn
 * the rows of another one into {@code queue_delta} rows, in the same transaction.
 */
final class Counts {
  private Counts() {}

  /** {@code moved} rows (id, pool, priority, state) came from nowhere. */
  static String created(String moved) {
    return """
        INSERT INTO queue_delta (pool, priority, day, state, jobs)
        SELECT pool, priority, job_day(id), state, count(*)
          FROM %s GROUP BY pool, priority, job_day(id), state"""
        .formatted(moved);
  }

  /** {@code moved} rows (id, pool, priority, state) were all in state {@code from} before. */
  static String moved(String moved, String from) {
    return """
        INSERT INTO queue_delta (pool, priority, day, state, jobs)
        SELECT pool, priority, job_day(id), '%2$s'::job_state, -count(*)
          FROM %1$s GROUP BY pool, priority, job_day(id)
        UNION ALL
        SELECT pool, priority, job_day(id), state, count(*)
          FROM %1$s GROUP BY pool, priority, job_day(id), state"""
        .formatted(moved, from);
  }

  /** The READY ones among {@code moved} become one outbox row, due after {@code ?} milliseconds. */
  static String announced(String moved) {
    return """
        INSERT INTO outbox (due_at, job_ids)
        SELECT now() + ? * interval '1 millisecond', array_agg(id)
          FROM %s WHERE state = 'READY' HAVING count(*) > 0
        RETURNING id"""
        .formatted(moved);
  }
}
