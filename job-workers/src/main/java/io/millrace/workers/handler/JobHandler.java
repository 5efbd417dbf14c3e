package io.millrace.workers.handler;

import io.millrace.model.CachePolicy;
import io.millrace.model.RetryPolicy;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of one type. One instance serves all jobs of its type at once, so it must be
 * thread-safe. A job may be attempted again after a crash: make the work repeatable, or guard its
 * outside effects with {@link JobContext#jobId()} as an idempotency key.
 *
 * @param <P> the payload, a record; its components are the fields of the JSON object
 */
public interface JobHandler<P extends Record> {
  /** The type's name, as callers submit it; see {@code Limits.TYPE_PATTERN}. */
  String type();

  /**
   * The payload's class. An unknown field is refused before {@link #run} is called; an absent one
   * is null.
   */
  Class<P> payloadType();

  /**
   * The JSON Schema (draft 2020-12) that the API checks payloads against, before a job is accepted.
   * By default read from the class path: {@code /job-types/<type>.schema.json}.
   *
   * @throws IllegalStateException when that resource is missing
   */
  default String payloadSchema() {
    return PayloadSchemas.read(getClass(), type());
  }

  /** What the handler spends its time on. */
  default Workload workload() {
    return Workload.IO;
  }

  /** The pool its jobs go to unless a submission names another; see {@code Limits.POOL_PATTERN}. */
  default String pool() {
    return workload().defaultPool();
  }

  /** Raise it when the same payload gives another result than before; from 1. */
  default int version() {
    return 1;
  }

  /** Longest run of one attempt: more than zero, at most 7 days. */
  default Duration timeout() {
    return Duration.ofHours(1);
  }

  /**
   * Longest silence of an attempt between two signs of life (progress, output, checkpoint), after
   * which it fails with kind HEARTBEAT; null for no bound. More than zero, at most 7 days. A
   * submission may choose another.
   */
  default @Nullable Duration heartbeat() {
    return null;
  }

  /** How often and how soon a failed attempt is repeated, unless a submission says otherwise. */
  default RetryPolicy retryPolicy() {
    return RetryPolicy.DEFAULT;
  }

  /**
   * How results of this type are kept for the same work; null when they are not. Only for a type
   * whose result depends on its payload and {@link #version()} alone, and whose jobs need not be
   * run for an effect.
   */
  default @Nullable CachePolicy cache() {
    return null;
  }

  /** What becomes of a job of this type whose worker died while it ran it. */
  default WorkerDeath onWorkerDeath() {
    return WorkerDeath.RETRY;
  }

  /**
   * Does the work. Called on a virtual thread (I/O) or a thread of the CPU pool; interrupted when
   * the job is cancelled, times out, falls silent, passes its deadline, or the worker drains. One
   * that ignores the interrupt is recorded without its answer, which is dropped when it comes.
   *
   * @return the result, written as JSON; null is a result too
   * @throws JobFailedException to fail with a chosen kind and to say whether and when to retry
   * @throws JobSnoozedException to be run again later at no cost
   * @throws Exception any other: kind HANDLER, retried while attempts are left
   */
  @Nullable Object run(P payload, JobContext context) throws Exception;
}
