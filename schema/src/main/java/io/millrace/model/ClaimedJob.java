package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job a worker session holds, with the fence that every write about it must name.
 *
 * @param session the worker session that claimed it
 * @param attempt the number of this start, from 1
 * @param failures earlier starts that count against {@code maxAttempts}
 * @param heartbeatMillis longest silence between progress reports, 0 for none; null takes the
 *     type's
 * @param retry the submission's own policy as {@link RetryPolicy#encode()} wrote it; null takes the
 *     type's
 * @param ageMillis time from the job's creation to this start
 * @param inRun whether it is a task of a workflow run
 * @param cached whether it has a key under which its result is kept
 */
public record ClaimedJob(
    UUID id,
    String tenant,
    String type,
    long session,
    int attempt,
    int failures,
    int maxAttempts,
    long timeoutMillis,
    @Nullable Long heartbeatMillis,
    @Nullable String retry,
    long ageMillis,
    String payload,
    @Nullable String traceparent,
    boolean inRun,
    boolean cached) {
  /** A job that is no task of a run and not kept. */
  public ClaimedJob(
      UUID id,
      String tenant,
      String type,
      long session,
      int attempt,
      int failures,
      int maxAttempts,
      long timeoutMillis,
      @Nullable Long heartbeatMillis,
      @Nullable String retry,
      long ageMillis,
      String payload,
      @Nullable String traceparent) {
    this(
        id,
        tenant,
        type,
        session,
        attempt,
        failures,
        maxAttempts,
        timeoutMillis,
        heartbeatMillis,
        retry,
        ageMillis,
        payload,
        traceparent,
        false,
        false);
  }
}
