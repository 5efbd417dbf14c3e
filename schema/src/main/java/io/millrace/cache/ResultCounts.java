package io.millrace.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What kept results did for each type since the process started, as meters {@code
 * millrace.results.*} and for {@code GET /v1/cache/stats}. Thread-safe.
 */
public final class ResultCounts {
  /** Where a result was found. */
  public enum Tier {
    MEMORY,
    REDIS,
    POSTGRESQL
  }

  /** What is counted beside the tiers. */
  public enum What {
    /** Submissions that a kept result answered, old ones included. */
    HIT,
    /** Those that ran. */
    MISS,
    /** Those that waited for others. */
    JOINED,
    /** Those that took an older result than they wished. */
    STALE
  }

  private record Name(String name, String tier, String type) {}

  private final MeterRegistry registry;
  private final Map<Name, Counter> counters = new ConcurrentHashMap<>();

  public ResultCounts(MeterRegistry registry) {
    this.registry = registry;
  }

  /** What became of a submission. */
  public void submitted(What what, String type) {
    add("submissions." + word(what), "", type, 1);
  }

  /** A look-up that found its result. */
  public void hit(Tier tier, String type) {
    add("hits", word(tier), type, 1);
  }

  /** A look-up that did not. */
  public void missed(Tier tier, String type) {
    add("misses", word(tier), type, 1);
  }

  /** A result that a lower tier had was put into this one. */
  public void backfilled(Tier tier, String type) {
    add("backfills", word(tier), type, 1);
  }

  /** A result had to go for others. */
  public void evicted(Tier tier, String type) {
    add("evictions", word(tier), type, 1);
  }

  /** A value that was no result of ours, and was dropped. */
  public void poisoned() {
    add("poisoned", word(Tier.REDIS), "", 1);
  }

  /** Redis was asked for a whole batch. */
  public void roundTrip() {
    add("redis.round.trips", "", "", 1);
  }

  /** Redis was not asked, because the key was never seen. */
  public void spared(String type) {
    add("redis.spared", "", type, 1);
  }

  /** Time for which nobody had to run. */
  public void saved(String type, long millis) {
    add("saved.seconds", "", type, millis / 1_000.0);
  }

  /** All of it: name, then tier (perhaps empty), then type (perhaps empty). */
  public Map<String, Map<String, Map<String, Double>>> all() {
    Map<String, Map<String, Map<String, Double>>> all = new TreeMap<>();
    counters.forEach(
        (name, counter) ->
            all.computeIfAbsent(name.name(), n -> new TreeMap<>())
                .computeIfAbsent(name.type(), t -> new TreeMap<>())
                .put(name.tier(), counter.count()));
    return all;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void add(String what, String tier, String type, double by) {
    counters
        .computeIfAbsent(
            new Name(what, tier, type),
            name ->
                Counter.builder("millrace.results." + what)
                    .description("kept results: " + what.replace('.', ' '))
                    .tag("tier", tier)
                    .tag("type", type)
                    .register(registry))
        .increment(by);
  }
}
