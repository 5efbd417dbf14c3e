package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job about to be accepted: checked, with its id, not yet stored.
 *
 * @param payload a JSON document of at most {@link Limits#MAX_PAYLOAD_BYTES} bytes
 * @param timeoutMillis longest run of one attempt, 1 to {@link Limits#MAX_TIMEOUT_MILLIS}
 * @param traceparent the submitter's W3C trace context, or null
 */
public record NewJob(
    UUID id,
    String tenant,
    String type,
    String pool,
    Priority priority,
    int maxAttempts,
    long timeoutMillis,
    String payload,
    @Nullable String traceparent,
    JobOptions options) {

  /** A job without options. */
  public NewJob(
      UUID id,
      String tenant,
      String type,
      String pool,
      Priority priority,
      int maxAttempts,
      long timeoutMillis,
      String payload,
      @Nullable String traceparent) {
    this(
        id,
        tenant,
        type,
        pool,
        priority,
        maxAttempts,
        timeoutMillis,
        payload,
        traceparent,
        JobOptions.NONE);
  }

  /** The same with other options. */
  public NewJob with(JobOptions newOptions) {
    return new NewJob(
        id,
        tenant,
        type,
        pool,
        priority,
        maxAttempts,
        timeoutMillis,
        payload,
        traceparent,
        newOptions);
  }

  /** The same with another part in the cache. */
  public NewJob with(@Nullable CacheUse use) {
    return with(options.with(use));
  }

  /**
   * A job of its own that does the same work: nobody's child, and nobody sent it under a key.
   *
   * @param origin what makes it
   */
  public NewJob again(UUID newId, String origin, CacheUse use) {
    JobOptions same =
        new JobOptions(
            null,
            null,
            null,
            null,
            options.heartbeatMillis(),
            options.retry(),
            options.labels(),
            null,
            origin,
            null,
            null,
            use);
    return new NewJob(
        newId,
        tenant,
        type,
        pool,
        priority,
        maxAttempts,
        timeoutMillis,
        payload,
        traceparent,
        same);
  }

  /** Where the job is announced once it is stored. */
  public JobPointer pointer() {
    return new JobPointer(id, tenant, pool, priority);
  }
}
