package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A kept result. All times by the database's clock.
 *
 * @param key SHA-256 of the work, in hex
 * @param tenant null when all tenants share it
 * @param source the job that made it
 * @param expiresAt from when on it is stale
 * @param runMillis how long the source ran
 * @param json the result; null when it is so large that it stays in the source's row
 */
public record CachedResult(
    String key,
    @Nullable String tenant,
    String type,
    UUID source,
    Instant finishedAt,
    Instant expiresAt,
    long runMillis,
    @Nullable String json) {

  /** Its age at a time, in milliseconds, at least 0. */
  public long ageMillis(Instant now) {
    return Math.max(0, now.toEpochMilli() - finishedAt.toEpochMilli());
  }

  /** How long it has been too old for somebody who asks; 0 when it is fresh. */
  public long staleMillis(CacheUse.Asks asks, Instant now) {
    long expired = now.toEpochMilli() - expiresAt.toEpochMilli();
    Long maxAge = asks.maxAgeMillis();
    long tooOld = maxAge == null ? 0 : ageMillis(now) - maxAge;
    return Math.max(0, Math.max(expired, tooOld));
  }

  /** What it is to a submission that asks; null when it is too old even to be stale. */
  public CacheUse.@Nullable Answered answer(CacheUse.Asks asks, Instant now, boolean unproven) {
    long stale = staleMillis(asks, now);
    return stale > asks.staleMillis()
        ? null
        : new CacheUse.Answered(this, stale > 0, ageMillis(now), unproven);
  }
}
