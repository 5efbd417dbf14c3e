package io.millrace.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Result;

/**
 * What must be true of the tables at every moment, as queries that find the exceptions. Each reads
 * one snapshot; all scan, so they are for tests and for an operator in doubt, not for a loop.
 */
public final class InvariantStore {
  /** One numbered invariant; see docs/invariants.md. */
  public enum Invariant {
    I1_COUNTS(
        "the queue counters equal the jobs",
        """
        SELECT coalesce(a.pool, b.pool), coalesce(a.priority, b.priority),
               coalesce(a.day, b.day), coalesce(a.state, b.state), a.jobs, b.jobs
          FROM (SELECT pool, priority, job_day(id) AS day, state, count(*) AS jobs
                  FROM job GROUP BY 1, 2, 3, 4) AS a
          FULL JOIN (SELECT pool, priority, day, state, sum(jobs) AS jobs
                       FROM (SELECT pool, priority, day, state, jobs FROM queue_count
                             UNION ALL
                             SELECT pool, priority, day, state, jobs FROM queue_delta) AS c
                      GROUP BY 1, 2, 3, 4) AS b
            USING (pool, priority, day, state)
         WHERE coalesce(a.jobs, 0) <> coalesce(b.jobs, 0)"""),
    I2_CLAIMED(
        "a RUNNING job is in a claim of its session",
        """
        SELECT job.id, job.session FROM job
         WHERE state = 'RUNNING'
           AND NOT EXISTS (SELECT FROM claim
                            WHERE claim.session = job.session AND job.id = ANY (claim.job_ids))"""),
    I3_TIMED(
        "a SCHEDULED job has a timer of its time, an open one with a deadline a timer of that",
        """
        SELECT job.id FROM job
         WHERE (state = 'SCHEDULED'
                AND NOT EXISTS (SELECT FROM job_timer t WHERE t.job_id = job.id
                                   AND t.kind = 'RUN' AND t.run_at = job.run_at))
            OR (deadline IS NOT NULL AND finished_at IS NULL
                AND NOT EXISTS (SELECT FROM job_timer t WHERE t.job_id = job.id
                                   AND t.kind = 'DEADLINE'))"""),
    I4_SESSIONS(
        "a claim belongs to a known session",
        """
        SELECT claim.session FROM claim
         WHERE NOT EXISTS (SELECT FROM worker WHERE worker.session = claim.session)"""),
    I5_ATTEMPTS(
        "failures never exceed starts",
        """
        SELECT id, attempt, failures FROM job
         WHERE failures > attempt OR (state = 'SUCCEEDED' AND attempt = 0 AND cache_source IS NULL)"""),
    I6_RESULTS(
        "a result belongs to a SUCCEEDED job, an error kind to one that has failed",
        """
        SELECT id, state FROM job
         WHERE (state = 'SUCCEEDED') <> (result IS NOT NULL)
            OR (state = 'FAILED' AND error_attempt IS NULL)"""),
    I7_BLOCKED(
        "a BLOCKED job waits in one place, and nothing else waits there",
        """
        SELECT coalesce(job.id, w.job_id), job.state FROM job
          FULL JOIN (SELECT job_id FROM job_blocked UNION ALL SELECT job_id FROM job_quarantine) AS w
            ON w.job_id = job.id AND job.state = 'BLOCKED'
         WHERE (job.state = 'BLOCKED' OR w.job_id IS NOT NULL)
           AND (job.id IS NULL OR w.job_id IS NULL)"""),
    I8_PERMITS(
        "a place under a limit is held by a job that runs or is about to, and one about to holds one",
        """
        SELECT p.limit_id, coalesce(p.job_id, job.id), job.state
          FROM (SELECT * FROM permit WHERE kind = 'RUN' OR free_at IS NULL) AS p
          FULL JOIN (SELECT * FROM job WHERE limited) AS job ON job.id = p.job_id
         WHERE job.id IS NULL OR (p.job_id IS NULL AND job.state = 'READY')"""),
    I9_LOG(
        "a job's log ends with its state and is numbered without a gap from its oldest line on",
        """
        SELECT id, state, events, lowest, kept, last FROM (
          SELECT id, state, events, lowest, h.last, h.top, h.after_end, h.lines,
                 h.lines + (SELECT count(*) FROM job_event e
                             WHERE e.job_id = job.id AND e.n > lowest) AS kept
            FROM job CROSS JOIN LATERAL (
                 SELECT greatest(min(n) - 1, job.events - 1000) AS lowest,
                        count(*) FILTER (WHERE n > job.events - 1000) AS lines,
                        max(n) AS top,
                        (array_agg(kind ORDER BY n DESC) FILTER (WHERE kind <> 'CANCEL_REQUESTED'))[1]
                          AS last,
                        count(*) FILTER (WHERE before IN ('SUCCEEDED', 'CANCELLED', 'SKIPPED'))
                          AS after_end
                   FROM (SELECT (line::json->>0)::int AS n, line::json->>2 AS kind,
                                lag(line::json->>2) OVER (ORDER BY (line::json->>0)::int) AS before
                           FROM regexp_split_to_table(rtrim(history, E'\\n'), E'\\n') AS t (line)
                          WHERE line <> '') AS l) AS h
           WHERE events > 0) AS c
         WHERE last <> state::text OR top > events OR after_end > 0 OR kept <> events - lowest"""),
    I10_LETTERS(
        "the dead letters are the FAILED jobs that are no tasks of runs",
        """
        SELECT coalesce(job.id, d.job_id), job.state FROM job
          FULL JOIN dead_letter d ON d.job_id = job.id AND job.state = 'FAILED'
         WHERE (job.state = 'FAILED' AND job.run IS NULL OR d.job_id IS NOT NULL)
           AND (job.id IS NULL OR d.job_id IS NULL)"""),
    I11_TURNS(
        "a run with a key that goes on has a place or waits for one, and none is free meanwhile",
        """
        SELECT coalesce(t.run, r.id), r.state, t.holds FROM run_turn t
          FULL JOIN (SELECT id, state FROM run
                      WHERE concurrency_key IS NOT NULL AND finished_at IS NULL) AS r
            ON r.id = t.run
         WHERE t.run IS NULL OR r.id IS NULL OR (r.state <> 'NEW' AND NOT t.holds)
        UNION ALL
        SELECT w.run, 'NEW', false FROM run_key k
         CROSS JOIN LATERAL (
               SELECT run FROM run_turn t
                WHERE t.tenant = k.tenant AND t.workflow = k.workflow AND t.key = k.key
                  AND NOT t.holds ORDER BY place LIMIT 1) AS w
         WHERE k.most > (SELECT count(*) FROM run_turn t
                          WHERE t.tenant = k.tenant AND t.workflow = k.workflow
                            AND t.key = k.key AND t.holds)"""),
    I12_FOLLOWERS(
        "a job that waits for another with its key is listed with it, and that one is in flight or landing",
        """
        SELECT job.id, f.leader FROM job
          LEFT JOIN cache_follower f ON f.job_id = job.id
         WHERE job.state = 'WAITING' AND job.attempt = 0
           AND (f.leader IS NULL
                OR NOT EXISTS (SELECT FROM cache_flight c WHERE c.leader = f.leader)
                   AND NOT EXISTS (SELECT FROM cache_landing l WHERE l.job_id = f.leader))""");

    private final String statement;
    private final String query;

    Invariant(String statement, String query) {
      this.statement = statement;
      this.query = query;
    }
  }

  private final Database database;

  public InvariantStore(Database database) {
    this.database = database;
  }

  /** Runs all of them, each within the 10 s that every statement has. */
  public List<String> broken() {
    return broken(Duration.ofSeconds(10));
  }

  /**
   * Runs all of them.
   *
   * @param each longest time of one query; whole seconds, at least 1. A longer one throws.
   * @return one line per broken invariant with up to ten of its exceptions; empty when all hold
   */
  public List<String> broken(Duration each) {
    List<String> broken = new ArrayList<>();
    for (Invariant invariant : Invariant.values()) {
      Result<?> rows =
          database.dsl().transactionResult(tx -> exceptions(tx.dsl(), invariant, each));
      if (!rows.isEmpty()) {
        broken.add(invariant + " (" + invariant.statement + ") does not hold for:\n" + rows);
      }
    }
    return broken;
  }

  /** These queries read whole tables; what keeps the others from that would only slow them. */
  private static Result<?> exceptions(DSLContext dsl, Invariant invariant, Duration each) {
    dsl.execute("SET LOCAL enable_seqscan = on");
    dsl.execute("SET LOCAL statement_timeout = " + each.toMillis());
    int seconds = (int) each.toSeconds();
    return dsl.resultQuery(invariant.query + " LIMIT 10").queryTimeout(seconds).fetch();
  }
}
