package io.millrace.api.query;

import io.millrace.cache.FinishedJobCache;
import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import io.millrace.store.AttemptStore;
import io.millrace.store.AttemptStore.FailedAttempt;
import io.millrace.store.JobStore;
import io.millrace.store.JobStore.LogLine;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads jobs through the cache: what it lacks comes from PostgreSQL and is handed to it, which
 * keeps what is final. Thread-safe.
 */
public final class JobReader {
  private final JobStore jobs;
  private final AttemptStore attempts;
  private final FinishedJobCache cache;
  private final StatusReads together;

  /** Makes a reader; {@code together} has the same cache behind it. */
  public JobReader(
      JobStore jobs, AttemptStore attempts, FinishedJobCache cache, StatusReads together) {
    this.jobs = jobs;
    this.attempts = attempts;
    this.cache = cache;
    this.together = together;
  }

  /**
   * One job with its latest progress; empty when this tenant has no such job. Callers who ask at
   * the same time share a question to Redis and to PostgreSQL.
   *
   * @throws SQLException the database does not answer, or not in time
   */
  public Optional<JobView> status(String tenant, UUID id) throws SQLException {
    JobRef job = new JobRef(tenant, id);
    Optional<JobView> remembered = cache.remembered(job);
    return remembered.isPresent() ? remembered : together.status(job);
  }

  /** A job's result document, or its state without one; empty when this tenant has no such job. */
  public Optional<StoredResult> result(String tenant, UUID id) {
    Optional<StoredResult> cached = cache.result(tenant, id);
    if (cached.isPresent()) {
      return cached;
    }
    Optional<StoredResult> found = jobs.result(tenant, id);
    found.ifPresent(result -> cache.put(tenant, id, result));
    return found;
  }

  /**
   * A job's log in order, at most {@code limit} lines; empty when this tenant has no such job. Not
   * cached: lines may come after the job's end.
   */
  public Optional<List<LogLine>> log(String tenant, UUID id, int limit) {
    return jobs.find(tenant, id).map(job -> jobs.log(tenant, id, limit));
  }

  /** A job's failed attempts in their order; empty when this tenant has no such job. */
  public Optional<List<FailedAttempt>> failures(String tenant, UUID id) throws SQLException {
    return jobs.find(tenant, id).isEmpty()
        ? Optional.empty()
        : Optional.of(attempts.failures(tenant, id));
  }
}
