package io.millrace.cache;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnels;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * The keys that may have a result in Redis, as a Bloom filter: one that it does not know was never
 * kept when this process started, nor asked for here since, and Redis need not be asked. It is
 * wrong about {@value #FALSE_POSITIVES} of those at most, while it holds no more than {@value
 * #CAPACITY} keys. What another process keeps meanwhile is found in PostgreSQL, which is always
 * asked. Thread-safe.
 */
final class SeenKeys {
  static final int CAPACITY = 1_000_000;
  static final double FALSE_POSITIVES = 0.001;

  private volatile BloomFilter<CharSequence> filter = empty();

  private static BloomFilter<CharSequence> empty() {
    return BloomFilter.create(
        Funnels.stringFunnel(StandardCharsets.US_ASCII), CAPACITY, FALSE_POSITIVES);
  }

  /** False when it was certainly not added. */
  boolean mayHave(String key) {
    return filter.mightContain(key);
  }

  void add(String key) {
    filter.put(key);
  }

  /** Starts again with these keys; of those that were added since, Redis is not asked. */
  void rebuild(Collection<String> keys) {
    BloomFilter<CharSequence> fresh = empty();
    keys.forEach(fresh::put);
    filter = fresh;
  }

  /** Whether it holds more keys than it is made for. */
  boolean isFull() {
    return filter.approximateElementCount() > CAPACITY;
  }

  /** The share of unknown keys that it takes for known ones, by how full it is. */
  double falsePositives() {
    return filter.expectedFpp();
  }
}
