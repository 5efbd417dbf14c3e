package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a submission may ask for beside what every job has. At most one of {@code runAt} and {@code
 * delayMillis} is set.
 *
 * @param runAt not to start before; null or a past time for at once
 * @param delayMillis not to start before this long after its acceptance; 0 or more
 * @param deadline when it must have ended
 * @param queueTimeoutMillis longest wait for its first start, counted from when it may start
 * @param heartbeatMillis longest silence between two progress reports of an attempt
 * @param retry its own retry policy; null takes the type's
 * @param labels a JSON object of strings, or null
 * @param parent the job whose cancelling cancels this one too
 * @param origin what made the job when that was not a caller, such as {@code schedule:nightly}
 * @param idempotency null when the caller gave no key
 * @param task the task of a workflow run that it is, or null
 * @param cache what it has to do with kept results, or null
 */
public record JobOptions(
    @Nullable Instant runAt,
    @Nullable Long delayMillis,
    @Nullable Instant deadline,
    @Nullable Long queueTimeoutMillis,
    @Nullable Long heartbeatMillis,
    @Nullable RetryPolicy retry,
    @Nullable String labels,
    @Nullable UUID parent,
    @Nullable String origin,
    @Nullable IdempotencyKey idempotency,
    @Nullable RunTask task,
    @Nullable CacheUse cache) {
  /** Nothing asked for. */
  public static final JobOptions NONE =
      new JobOptions(null, null, null, null, null, null, null, null, null, null);

  /** Options of a job that is no task of a run. */
  public JobOptions(
      @Nullable Instant runAt,
      @Nullable Long delayMillis,
      @Nullable Instant deadline,
      @Nullable Long queueTimeoutMillis,
      @Nullable Long heartbeatMillis,
      @Nullable RetryPolicy retry,
      @Nullable String labels,
      @Nullable UUID parent,
      @Nullable String origin,
      @Nullable IdempotencyKey idempotency) {
    this(
        runAt,
        delayMillis,
        deadline,
        queueTimeoutMillis,
        heartbeatMillis,
        retry,
        labels,
        parent,
        origin,
        idempotency,
        null,
        null);
  }

  /** What a task of a run asks for. */
  public static JobOptions of(RunTask task, @Nullable RetryPolicy retry, @Nullable String labels) {
    return new JobOptions(
        null, null, null, null, null, retry, labels, null, null, null, task, null);
  }

  /** The same with an idempotency key. */
  public JobOptions with(IdempotencyKey key) {
    return new JobOptions(
        runAt,
        delayMillis,
        deadline,
        queueTimeoutMillis,
        heartbeatMillis,
        retry,
        labels,
        parent,
        origin,
        key,
        task,
        cache);
  }

  /** The same with an origin. */
  public JobOptions from(String newOrigin) {
    return new JobOptions(
        runAt,
        delayMillis,
        deadline,
        queueTimeoutMillis,
        heartbeatMillis,
        retry,
        labels,
        parent,
        newOrigin,
        idempotency,
        task,
        cache);
  }

  /** The same with another part in the cache. */
  public JobOptions with(@Nullable CacheUse use) {
    return new JobOptions(
        runAt,
        delayMillis,
        deadline,
        queueTimeoutMillis,
        heartbeatMillis,
        retry,
        labels,
        parent,
        origin,
        idempotency,
        task,
        use);
  }
}
