package io.millrace.api.boot;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.api.intake.KeptResults;
import io.millrace.cache.FinishedJobCache;
import io.millrace.cache.Invalidations;
import io.millrace.cache.ResultCounts;
import io.millrace.cache.ResultTiers;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.CacheSubmitStore;
import io.millrace.store.CacheUpkeepStore;
import io.millrace.store.Database;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The cache of results; see docs/cache.md. */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {
  /** Larger kept results are copied by the database, and are in no other tier. */
  private static final int LARGEST = 256 * 1024;

  @Bean
  CacheUpkeepStore cacheUpkeepStore(Database database) {
    return new CacheUpkeepStore(database);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  Invalidations invalidations(CacheUpkeepStore store) {
    return new Invalidations(store, Time.SYSTEM);
  }

  @Bean
  ResultCounts resultCounts(MeterRegistry registry) {
    return new ResultCounts(registry);
  }

  @Bean
  ResultTiers resultTiers(
      Invalidations invalidations, ResultCounts counts, FinishedJobCache finishedJobs) {
    return new ResultTiers(invalidations, counts, finishedJobs, LARGEST);
  }

  @Bean
  MeterBinder resultMetrics(ResultTiers tiers) {
    return registry -> {
      Gauge.builder("millrace.results.in.memory", tiers, ResultTiers::inMemory)
          .description("kept results that this process has in memory")
          .register(registry);
      Gauge.builder("millrace.results.false.positives", tiers, ResultTiers::falsePositives)
          .description("share of keys never seen for which Redis is asked in vain")
          .register(registry);
    };
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  KeptResults keptResults(
      Database database,
      Ids ids,
      CacheUpkeepStore upkeep,
      ResultTiers tiers,
      Invalidations invalidations,
      ResultCounts counts) {
    return new KeptResults(
        new CacheSubmitStore(database, ids::next, LARGEST), upkeep, tiers, invalidations, counts);
  }
}
