package io.millrace.cache;

import io.millrace.model.CachedResult;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.CacheUpkeepStore;
import io.millrace.store.CacheUpkeepStore.Invalidation;
import io.millrace.store.CacheUpkeepStore.News;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was invalidated, as this process knows it, and the database's time. A value from memory or
 * Redis is good only if it ended after every invalidation that speaks of it; so nothing has to be
 * found and deleted there. What this process has not heard of yet the database refuses.
 */
public final class Invalidations implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private record About(@Nullable String tenant, @Nullable String type, @Nullable String key) {}

  private record State(long known, Map<About, Instant> latest, Instant now, long nanos) {}

  private final CacheUpkeepStore store;
  private final Time time;
  private final PeriodicLoop loop;
  private volatile @Nullable State state;

  public Invalidations(CacheUpkeepStore store, Time time) {
    this.store = store;
    this.time = time;
    this.loop =
        new PeriodicLoop(
            "cache-news",
            PAUSE,
            () -> {
              refresh();
              return false;
            });
  }

  /** Reads what there is and goes on doing so. */
  public void start() {
    loop.start();
  }

  /** The loop, for its health. */
  public PeriodicLoop loop() {
    return loop;
  }

  /** Reads what is new. */
  public synchronized void refresh() throws SQLException {
    State before = state;
    long nanos = time.nanos();
    News news = store.news(before == null ? 0 : before.known());
    Map<About, Instant> latest = before == null ? Map.of() : before.latest();
    long known = before == null ? 0 : before.known();
    if (!news.invalidations().isEmpty()) {
      Map<About, Instant> more = new HashMap<>(latest);
      for (Invalidation one : news.invalidations()) {
        more.put(new About(one.tenant(), one.type(), one.key()), one.at());
        known = one.id();
      }
      latest = Map.copyOf(more);
    }
    state = new State(known, latest, news.now(), nanos);
  }

  /** Whether it has looked yet. */
  boolean isReady() {
    return state != null;
  }

  /**
   * The database's time, as far as it is known; never ahead of it by more than the clocks drift.
   */
  Instant now() {
    State now = state;
    return now == null ? Instant.MAX : now.now().plusNanos(time.nanos() - now.nanos());
  }

  /** Whether something that was invalidated speaks of this result. */
  boolean voids(CachedResult result) {
    State now = state;
    if (now == null) {
      return true;
    }
    if (now.latest().isEmpty()) {
      return false;
    }
    @Nullable String[] tenants = {null, result.tenant()};
    @Nullable String[] types = {null, result.type()};
    @Nullable String[] keys = {null, result.key()};
    for (@Nullable String tenant : tenants) {
      for (@Nullable String type : types) {
        for (@Nullable String key : keys) {
          Instant at = now.latest().get(new About(tenant, type, key));
          if (at != null && !result.finishedAt().isAfter(at)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Override
  public void close() {
    loop.close();
  }
}
