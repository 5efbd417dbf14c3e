package io.millrace.workers.poll;

import io.millrace.model.Limits;

/**
 * How a worker serves one pool.
 *
 * @param pool the pool's name
 * @param slots most jobs of the pool at once in this worker, 1 to 100,000
 * @param batch most jobs claimed at once, 1 to slots and at most 1,000; also the free slots the
 *     loop waits for before it asks Kafka for more, so up to {@code batch - 1} slots idle under
 *     long jobs
 */
public record PoolSettings(String pool, int slots, int batch) {
  public PoolSettings {
    if (!pool.matches(Limits.POOL_PATTERN)) {
      throw new IllegalArgumentException(
          "pool \"%s\" must match %s".formatted(pool, Limits.POOL_PATTERN));
    }
    if (slots < 1 || slots > 100_000) {
      throw new IllegalArgumentException(
          "slots of pool %s is %d; it must be 1 to 100000".formatted(pool, slots));
    }
    if (batch < 1 || batch > Math.min(slots, 1_000)) {
      throw new IllegalArgumentException(
          "batch of pool %s is %d; it must be 1 to %d: no more than its slots, so that a claimed job"
                  .formatted(pool, batch, Math.min(slots, 1_000))
              + " never waits behind a running one");
    }
  }
}
