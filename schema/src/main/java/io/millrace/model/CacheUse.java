package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a submission has to do with kept results: first what it asks for, then its part. */
public sealed interface CacheUse {
  /**
   * Asks for the result of the same work.
   *
   * @param key SHA-256 of the work, in hex
   * @param shared whether the key is the same for all tenants
   * @param refresh true takes no result that is kept, but joins work in flight
   * @param ttlMillis how long its own result is kept if it runs
   * @param maxAgeMillis oldest result it takes; null for any that is kept
   * @param staleMillis how much older than that it takes while the work is done anew, 0 to {@link
   *     Limits#MAX_STALE_MILLIS}
   */
  record Asks(
      String key,
      boolean shared,
      boolean refresh,
      long ttlMillis,
      @Nullable Long maxAgeMillis,
      long staleMillis)
      implements CacheUse {}

  /** Runs for itself alone: others run or have run for its key whose results must not be taken. */
  record Alone() implements CacheUse {}

  /** Runs for its key. */
  record Leads(String key) implements CacheUse {}

  /** Waits for the job that runs for its key. */
  record Follows(String key, UUID leader) implements CacheUse {}

  /**
   * Has the result of another job.
   *
   * @param unproven whether it was found outside of the transaction that stores the job, which then
   *     proves that it is still the latest of its key
   */
  record Answered(CachedResult found, boolean stale, long ageMillis, boolean unproven)
      implements CacheUse {}
}
