package io.millrace.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.millrace.model.CachedResult;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The results used lately, in this process: for a minute, 10 % more or less, or until they expire;
 * at most {@value #MOST} of them and 16 MB.
 */
final class MemoryResults {
  static final int MOST = 1_000;
  private static final int MOST_BYTES = 16_000_000;
  private static final int LEAST_WEIGHT = MOST_BYTES / MOST;
  private static final Duration KEPT = Duration.ofSeconds(60);

  private final Cache<String, CachedResult> results;

  /**
   * Makes a tier.
   *
   * @param now the clock that results expire by
   * @param evicted learns what had to go for others
   */
  MemoryResults(Time time, Supplier<Instant> now, Consumer<CachedResult> evicted) {
    this.results =
        Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((String key, CachedResult result) -> weight(result))
            .expireAfter(
                Expiry.<String, CachedResult>creating((key, result) -> kept(result, now.get())))
            .ticker(time::nanos)
            .executor(Runnable::run)
            .evictionListener(
                (key, result, cause) -> {
                  if (result != null
                      && cause == com.github.benmanes.caffeine.cache.RemovalCause.SIZE) {
                    evicted.accept(result);
                  }
                })
            .build();
  }

  /** So that as many of the smallest fill it. */
  private static int weight(CachedResult result) {
    String json = result.json();
    return Math.max(LEAST_WEIGHT, json == null ? 0 : 2 * json.length());
  }

  private static Duration kept(CachedResult result, Instant now) {
    Duration usual = Duration.ofMillis((long) (KEPT.toMillis() * (0.9 + 0.2 * share(result))));
    Duration left = Duration.between(now, result.expiresAt());
    return left.isNegative() ? Duration.ZERO : left.compareTo(usual) < 0 ? left : usual;
  }

  /** A number from 0 to 1 that is another for each key; the golden ratio scatters neighbours. */
  private static double share(CachedResult result) {
    return ((result.key().hashCode() * 0x9E3779B9) >>> 16) / 65_536.0;
  }

  Map<String, CachedResult> find(Collection<String> keys) {
    return results.getAllPresent(keys);
  }

  void keep(CachedResult result) {
    if (result.json() != null) {
      results.put(result.key(), result);
    }
  }

  void drop(String key) {
    results.invalidate(key);
  }

  long size() {
    return results.estimatedSize();
  }
}
