package io.millrace.cache;

import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import io.millrace.runtime.Time;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Status and result of jobs that will not change any more, by tenant and id. Thread-safe. No method
 * throws; a cache that cannot answer answers with nothing.
 */
public sealed interface FinishedJobCache extends AutoCloseable
    permits NoCache, RedisJobCache, MemoryJobCache {
  /** A cache that keeps nothing. */
  static FinishedJobCache none() {
    return new NoCache();
  }

  /**
   * A cache in Redis, its loops started; Redis need not be there, now or later.
   *
   * @param random spreads the times to live; used by one thread
   */
  static FinishedJobCache redis(RedisSettings settings, RandomGenerator random) {
    RedisJobCache cache = new RedisJobCache(settings, random, Time.SYSTEM);
    cache.start();
    return cache;
  }

  /**
   * A cache that keeps the latest statuses in memory, in front of another one. Results, which may
   * be large, are the other one's alone.
   */
  static FinishedJobCache inMemory(FinishedJobCache behind) {
    return new MemoryJobCache(behind, Time.SYSTEM);
  }

  /** The job's last status, if it is kept. */
  default Optional<JobView> status(String tenant, UUID id) {
    JobRef job = new JobRef(tenant, id);
    return Optional.ofNullable(statuses(List.of(job)).get(job));
  }

  /** The job's last status, if this process has it at hand. */
  default Optional<JobView> remembered(JobRef job) {
    return Optional.empty();
  }

  /** The last status of those that are kept; asks Redis at most once, for all of them. */
  Map<JobRef, JobView> statuses(Collection<JobRef> jobs);

  /** The job's result, or how it ended without one, if it is kept. */
  Optional<StoredResult> result(String tenant, UUID id);

  /** Keeps a status a little later, when {@link Keepable} says that it is final. Does not wait. */
  void put(String tenant, JobView job);

  /** Keeps a result a little later, when {@link Keepable} says that it is final. Does not wait. */
  void put(String tenant, UUID id, StoredResult result);

  /** Why Redis is left alone at the moment, in words for an operator; null while it is in use. */
  @Nullable String trouble();

  /** The way to Redis, which others may use too; null without Redis. */
  default @Nullable RedisLink link() {
    return null;
  }

  /** Running totals. */
  CacheCounts counts();

  /** Stores what waits to be stored and closes the connections. */
  @Override
  void close();
}
