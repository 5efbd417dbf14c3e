package io.millrace.cache;

import io.millrace.cache.ResultCounts.Tier;
import io.millrace.model.CacheUse;
import io.millrace.model.CachedResult;
import io.millrace.model.NewJob;
import io.millrace.runtime.Time;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kept results in memory and in Redis, in front of PostgreSQL. They answer what is fresh;
 * everything else, stale results and joins included, PostgreSQL decides. Nothing here throws, and a
 * tier that is away or wrong has nothing. Thread-safe.
 */
public final class ResultTiers {
  private final Invalidations invalidations;
  private final ResultCounts counts;
  private final @Nullable RedisLink redis;
  private final int largest;
  private final MemoryResults memory;
  private final SeenKeys seen = new SeenKeys();

  /**
   * Makes the tiers.
   *
   * @param jobs whose way to Redis is taken, if it has one
   * @param largest result that is kept here, in bytes
   */
  public ResultTiers(
      Invalidations invalidations, ResultCounts counts, FinishedJobCache jobs, int largest) {
    this.invalidations = invalidations;
    this.counts = counts;
    this.redis = jobs.link();
    this.largest = largest;
    this.memory =
        new MemoryResults(
            Time.SYSTEM, invalidations::now, result -> counts.evicted(Tier.MEMORY, result.type()));
  }

  /** The batch, those of it answered for whom there is a fresh result. */
  public List<NewJob> answer(List<NewJob> batch) {
    Map<String, String> asked = new LinkedHashMap<>();
    for (NewJob job : batch) {
      if (job.options().cache() instanceof CacheUse.Asks asks && !asks.refresh()) {
        asked.put(asks.key(), job.type());
      }
    }
    if (asked.isEmpty() || !invalidations.isReady()) {
      return batch;
    }
    Instant now = invalidations.now();
    Map<String, CachedResult> found = find(asked, now);
    return batch.stream().map(job -> answered(job, found, now)).toList();
  }

  private NewJob answered(NewJob job, Map<String, CachedResult> found, Instant now) {
    if (job.options().cache() instanceof CacheUse.Asks asks && !asks.refresh()) {
      CachedResult result = found.get(asks.key());
      CacheUse.Answered answer = result == null ? null : result.answer(asks, now, true);
      return answer == null || answer.stale() ? job : job.with(answer);
    }
    return job;
  }

  /** Results that PostgreSQL had. */
  public void keep(List<CachedResult> results) {
    List<CachedResult> kept = new ArrayList<>();
    for (CachedResult result : results) {
      seen.add(result.key());
      if (result.json() != null && !invalidations.voids(result)) {
        memory.keep(result);
        counts.backfilled(Tier.MEMORY, result.type());
        kept.add(result);
      }
    }
    store(kept);
  }

  /** These keys may have results in Redis from now on. */
  public void seen(Collection<String> keys) {
    keys.forEach(seen::add);
  }

  /** Starts the list of keys again, when it is full. */
  public boolean isFull() {
    return seen.isFull();
  }

  /** Replaces the list of keys. */
  public void rebuild(Collection<String> keys) {
    seen.rebuild(keys);
  }

  /** The share of keys never seen for which Redis is asked in vain. */
  public double falsePositives() {
    return seen.falsePositives();
  }

  /** Drops the results that answered this batch: one of them is not the latest any more. */
  public void forget(List<NewJob> batch) {
    for (NewJob job : batch) {
      if (job.options().cache() instanceof CacheUse.Answered answered) {
        String key = answered.found().key();
        memory.drop(key);
        if (redis != null) {
          redis.tell(server -> server.drop(name(key)));
        }
      }
    }
  }

  /** Results in memory. */
  public long inMemory() {
    return memory.size();
  }

  private Map<String, CachedResult> find(Map<String, String> asked, Instant now) {
    Map<String, CachedResult> found = new HashMap<>();
    memory.find(asked.keySet()).forEach((key, result) -> take(found, result, now));
    count(Tier.MEMORY, asked, found);
    Map<String, String> missing = new LinkedHashMap<>(asked);
    missing.keySet().removeAll(found.keySet());
    Map<String, String> likely = new LinkedHashMap<>();
    missing.forEach(
        (key, type) -> {
          if (seen.mayHave(key)) {
            likely.put(key, type);
          } else {
            counts.spared(type);
          }
        });
    RedisLink link = redis;
    if (link != null && !likely.isEmpty()) {
      Map<String, CachedResult> there = new HashMap<>();
      read(link, List.copyOf(likely.keySet())).forEach(result -> take(there, result, now));
      count(Tier.REDIS, likely, there);
      there.values().forEach(memory::keep);
      there.values().forEach(result -> counts.backfilled(Tier.MEMORY, result.type()));
      found.putAll(there);
    }
    return found;
  }

  private void take(Map<String, CachedResult> found, CachedResult result, Instant now) {
    if (invalidations.voids(result) || !result.expiresAt().isAfter(now)) {
      memory.drop(result.key());
    } else {
      found.put(result.key(), result);
    }
  }

  private void count(Tier tier, Map<String, String> asked, Map<String, CachedResult> found) {
    asked.forEach(
        (key, type) -> {
          if (found.containsKey(key)) {
            counts.hit(tier, type);
          } else {
            counts.missed(tier, type);
          }
        });
  }

  private List<CachedResult> read(RedisLink link, List<String> keys) {
    Optional<List<byte @Nullable []>> values =
        link.ask(
            server -> {
              counts.roundTrip();
              return server.get(keys.stream().map(ResultTiers::name).toList());
            });
    List<CachedResult> results = new ArrayList<>();
    List<byte @Nullable []> there = values.orElse(List.of());
    for (int i = 0; i < there.size(); i++) {
      byte[] value = there.get(i);
      if (value != null) {
        String key = keys.get(i);
        ResultCodec.decode(key, value, largest)
            .ifPresentOrElse(results::add, () -> drop(link, key));
      }
    }
    return results;
  }

  private void drop(RedisLink link, String key) {
    counts.poisoned();
    link.tell(server -> server.drop(name(key)));
  }

  private void store(List<CachedResult> results) {
    RedisLink link = redis;
    if (link == null || results.isEmpty()) {
      return;
    }
    Instant now = invalidations.now();
    List<byte[]> keys = new ArrayList<>();
    List<byte[]> values = new ArrayList<>();
    List<Long> ttls = new ArrayList<>();
    for (CachedResult result : results) {
      long left = result.expiresAt().toEpochMilli() - now.toEpochMilli();
      byte[] value = ResultCodec.encode(result);
      if (left > 0 && value.length <= Objects.requireNonNull(link.settings()).maxValueBytes()) {
        keys.add(name(result.key()));
        values.add(value);
        ttls.add(left);
        counts.backfilled(Tier.REDIS, result.type());
      }
    }
    if (!keys.isEmpty()) {
      link.tell(server -> server.put(keys, values, ttls));
    }
  }

  private static byte[] name(String key) {
    return ("millrace:v1:work:" + key).getBytes(StandardCharsets.US_ASCII);
  }
}
