package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the cache had for a submission.
 *
 * @param ageMillis since the source ended, of a result that was there
 * @param source the job whose result it has or waits for; null for a MISS
 */
public record CacheAnswer(Status status, @Nullable Long ageMillis, @Nullable UUID source) {
  /** What became of it. */
  public enum Status {
    /** A kept result answered it. */
    HIT,
    /** It runs itself. */
    MISS,
    /** It waits for the same work in flight. */
    JOINED,
    /** An older result answered it than it wished, and the work is done anew. */
    STALE
  }

  /** That of a job with this part, or null when it has none. */
  public static @Nullable CacheAnswer of(@Nullable CacheUse use) {
    return switch (use) {
      case null -> null;
      case CacheUse.Asks _ -> null;
      case CacheUse.Leads _, CacheUse.Alone _ -> new CacheAnswer(Status.MISS, null, null);
      case CacheUse.Follows(var _, UUID leader) -> new CacheAnswer(Status.JOINED, null, leader);
      case CacheUse.Answered(CachedResult found, boolean stale, long age, var _) ->
          new CacheAnswer(stale ? Status.STALE : Status.HIT, age, found.source());
    };
  }
}
