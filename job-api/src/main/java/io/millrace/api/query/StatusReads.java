package io.millrace.api.query;

import io.millrace.cache.FinishedJobCache;
import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.runtime.Batcher;
import io.millrace.store.JobStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the statuses that many callers ask for at the same time in one go, as the intake writes
 * jobs: while one question is under way, the next gathers. A lone caller's goes at once.
 */
public final class StatusReads implements AutoCloseable {
  /** More callers than a server takes connections, so that none is refused for want of room. */
  private static final int CAPACITY = 20_000;

  private static final int MAX_BATCH = 256;

  /** Longer than a question may take: waiting for a connection and the statement's own timeout. */
  private static final int PATIENCE_SECONDS = 30;

  private final JobStore jobs;
  private final FinishedJobCache cache;
  private final Batcher<JobRef, Optional<JobView>> batcher;

  public StatusReads(JobStore jobs, FinishedJobCache cache) {
    this.jobs = jobs;
    this.cache = cache;
    this.batcher = new Batcher<>("status", CAPACITY, MAX_BATCH, this::read);
  }

  /** Starts the thread. */
  public void start() {
    batcher.start();
  }

  /** The loop itself, for its health. */
  public Batcher<?, ?> loop() {
    return batcher;
  }

  /**
   * One job; empty when this tenant has no such job.
   *
   * @throws SQLException the database does not answer, or not in time
   */
  Optional<JobView> status(JobRef job) throws SQLException {
    CompletableFuture<Optional<JobView>> answer = batcher.submit(job);
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw problem(e);
    } catch (TimeoutException e) {
      throw new SQLException("no status within " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a status", e);
    }
  }

  @Override
  public void close() {
    batcher.close();
  }

  private List<Optional<JobView>> read(List<JobRef> asked) {
    Set<JobRef> open = new LinkedHashSet<>(asked);
    Map<JobRef, JobView> found = new HashMap<>(cache.statuses(open));
    open.removeAll(found.keySet());
    if (!open.isEmpty()) {
      Map<JobRef, JobView> stored = jobs.find(open);
      stored.forEach((job, view) -> cache.put(job.tenant(), view));
      found.putAll(stored);
    }
    List<Optional<JobView>> answers = new ArrayList<>(asked.size());
    asked.forEach(job -> answers.add(Optional.ofNullable(found.get(job))));
    return answers;
  }

  private static SQLException problem(ExecutionException e) {
    return switch (e.getCause()) {
      case SQLException broken -> broken;
      case RejectedExecutionException refused ->
          new SQLException("the service is stopping", refused);
      case RuntimeException other -> throw other;
      case null, default -> new SQLException("no status", e);
    };
  }
}
