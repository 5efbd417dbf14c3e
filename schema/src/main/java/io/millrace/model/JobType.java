package io.millrace.model;

import org.jspecify.annotations.Nullable;

/**
 * A job type as its handler declares it and as the catalogue in the database keeps it; the API
 * admits a submission by it.
 *
 * @param name for example {@code dataset.profile}
 * @param version the handler's version, from 1; part of a cached result's key
 * @param workload CPU- or I/O-bound
 * @param pool where its jobs go unless the submission says otherwise
 * @param maxAttempts attempts a job of this type gets by default
 * @param timeoutMillis longest run of one attempt by default, in milliseconds
 * @param payloadSchema JSON Schema (draft 2020-12) of the payload
 * @param onWorkerDeath what follows the death of a worker that ran a job of this type
 * @param heartbeatMillis longest silence between progress reports by default; null for no bound
 * @param retry the type's policy as {@link RetryPolicy#encode()} writes it
 * @param cache how results are kept; null when they are not
 */
public record JobType(
    String name,
    int version,
    Workload workload,
    String pool,
    int maxAttempts,
    long timeoutMillis,
    String payloadSchema,
    WorkerDeath onWorkerDeath,
    @Nullable Long heartbeatMillis,
    @Nullable String retry,
    @Nullable CachePolicy cache) {
  /** A type whose results are not kept. */
  public JobType(
      String name,
      int version,
      Workload workload,
      String pool,
      int maxAttempts,
      long timeoutMillis,
      String payloadSchema,
      WorkerDeath onWorkerDeath,
      @Nullable Long heartbeatMillis,
      @Nullable String retry) {
    this(
        name,
        version,
        workload,
        pool,
        maxAttempts,
        timeoutMillis,
        payloadSchema,
        onWorkerDeath,
        heartbeatMillis,
        retry,
        null);
  }
}
