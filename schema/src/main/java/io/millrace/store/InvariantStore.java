package io.millrace.store;

import java.util.ArrayList;
import java.util.List;
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
                       FROM (TABLE queue_count UNION ALL TABLE queue_delta) AS c
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
        "a SCHEDULED job has a timer",
        """
        SELECT job.id FROM job
         WHERE state = 'SCHEDULED'
           AND NOT EXISTS (SELECT FROM job_timer WHERE job_timer.job_id = job.id)"""),
    I4_SESSIONS(
        "a claim belongs to a known session",
        """
        SELECT claim.session FROM claim
         WHERE NOT EXISTS (SELECT FROM worker WHERE worker.session = claim.session)"""),
    I5_ATTEMPTS(
        "failures never exceed starts",
        """
        SELECT id, attempt, failures FROM job
         WHERE failures > attempt OR (state = 'SUCCEEDED' AND attempt = 0)"""),
    I6_RESULTS(
        "a result belongs to a SUCCEEDED job, an error kind to one that has failed",
        """
        SELECT id, state FROM job
         WHERE (state = 'SUCCEEDED') <> (result IS NOT NULL)
            OR (state = 'FAILED' AND error_attempt IS NULL)""");

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

  /**
   * Runs all of them.
   *
   * @return one line per broken invariant with up to ten of its exceptions; empty when all hold
   */
  public List<String> broken() {
    List<String> broken = new ArrayList<>();
    for (Invariant invariant : Invariant.values()) {
      Result<?> rows = database.dsl().fetch(invariant.query + " LIMIT 10");
      if (!rows.isEmpty()) {
        broken.add(invariant + " (" + invariant.statement + ") does not hold for:\n" + rows);
      }
    }
    return broken;
  }
}
