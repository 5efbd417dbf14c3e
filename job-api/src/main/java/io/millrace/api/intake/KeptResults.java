package io.millrace.api.intake;

import io.millrace.cache.Invalidations;
import io.millrace.cache.ResultCounts;
import io.millrace.cache.ResultCounts.Tier;
import io.millrace.cache.ResultCounts.What;
import io.millrace.cache.ResultTiers;
import io.millrace.model.Accepted;
import io.millrace.model.CacheAnswer;
import io.millrace.model.CacheUse;
import io.millrace.model.CachedResult;
import io.millrace.model.NewJob;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.CacheSubmitStore;
import io.millrace.store.CacheSubmitStore.Done;
import io.millrace.store.CacheUpkeepStore;
import io.millrace.store.SubmitStore.Submitted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores batches of which some ask for kept results: what memory or Redis has answers at once, the
 * rest is decided by the transaction that stores them. Its loop warms up, tells PostgreSQL what is
 * used, and forgets what is old.
 */
public final class KeptResults implements Storage, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeptResults.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** Keys with the most hits, whose results are there when the first caller comes. */
  private static final int WARM = 1_000;

  private static final int MOST_KEYS = 1_000_000;
  private static final int FORGET = 10_000;

  private final CacheSubmitStore store;
  private final CacheUpkeepStore upkeep;
  private final ResultTiers tiers;
  private final Invalidations invalidations;
  private final ResultCounts counts;
  private final Map<String, Long> used = new ConcurrentHashMap<>();
  private final PeriodicLoop loop;
  private boolean warm;

  public KeptResults(
      CacheSubmitStore store,
      CacheUpkeepStore upkeep,
      ResultTiers tiers,
      Invalidations invalidations,
      ResultCounts counts) {
    this.store = store;
    this.upkeep = upkeep;
    this.tiers = tiers;
    this.invalidations = invalidations;
    this.counts = counts;
    this.loop = new PeriodicLoop("cache-upkeep", PAUSE, this::chores);
  }

  /** Starts the loop. */
  public void start() {
    loop.start();
  }

  /** The loop, for its health. */
  public PeriodicLoop loop() {
    return loop;
  }

  @Override
  public Submitted insert(List<NewJob> batch, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    if (batch.stream().noneMatch(job -> job.options().cache() != null)) {
      return store.insert(batch, heldBack, grace).submitted();
    }
    List<NewJob> answered = tiers.answer(batch);
    Done done;
    try {
      done = store.insert(answered, heldBack, grace);
    } catch (SQLException e) {
      if (!CacheSubmitStore.OUTDATED.equals(e.getSQLState())) {
        throw e;
      }
      tiers.forget(answered);
      answered = batch;
      done = store.insert(batch, heldBack, grace);
    }
    tiers.keep(done.found());
    count(answered, done);
    return done.submitted();
  }

  /**
   * Invalidates results; see {@link CacheUpkeepStore#invalidate}. This process forgets its own at
   * once.
   */
  public int invalidate(
      @org.jspecify.annotations.Nullable String tenant,
      @org.jspecify.annotations.Nullable String type,
      @org.jspecify.annotations.Nullable String key)
      throws SQLException {
    int deleted = upkeep.invalidate(tenant, type, key);
    invalidations.refresh();
    log.info("results invalidated tenant={} type={} key={} kept={}", tenant, type, key, deleted);
    return deleted;
  }

  private void count(List<NewJob> batch, Done done) {
    Map<String, CachedResult> inDatabase = new HashMap<>();
    done.found().forEach(result -> inDatabase.put(result.key(), result));
    for (int i = 0; i < batch.size(); i++) {
      NewJob job = batch.get(i);
      if (!(done.submitted().answers().get(i) instanceof Accepted.Stored stored)) {
        continue;
      }
      CacheAnswer answer = stored.cache();
      if (answer != null) {
        count(job, answer, inDatabase);
      }
    }
  }

  private void count(NewJob job, CacheAnswer answer, Map<String, CachedResult> inDatabase) {
    String type = job.type();
    counts.submitted(What.valueOf(answer.status().name()), type);
    CachedResult result = null;
    if (job.options().cache() instanceof CacheUse.Asks asks) {
      tiers.seen(List.of(asks.key()));
      switch (answer.status()) {
        case HIT, STALE -> {
          counts.hit(Tier.POSTGRESQL, type);
          result = inDatabase.get(asks.key());
        }
        case MISS -> counts.missed(Tier.POSTGRESQL, type);
        case JOINED -> {}
      }
    } else if (job.options().cache() instanceof CacheUse.Answered answered) {
      result = answered.found();
    }
    if (result != null) {
      counts.saved(type, result.runMillis());
      used.merge(result.key(), 1L, Long::sum);
    }
  }

  private boolean chores() throws SQLException {
    if (!warm || tiers.isFull()) {
      tiers.rebuild(upkeep.keys(MOST_KEYS));
    }
    if (!warm) {
      invalidations.refresh();
      tiers.keep(store.find(upkeep.mostUsed(WARM)));
      warm = true;
    }
    if (!used.isEmpty()) {
      Map<String, Long> taken = new HashMap<>();
      for (String key : used.keySet()) {
        taken.put(key, Objects.requireNonNullElse(used.remove(key), 0L));
      }
      upkeep.count(taken);
    }
    return upkeep.forget(FORGET) == FORGET;
  }

  @Override
  public void close() {
    loop.close();
  }
}
