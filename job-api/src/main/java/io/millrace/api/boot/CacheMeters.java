package io.millrace.api.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.cache.CacheCounts;
import java.util.function.ToDoubleFunction;

/** The cache's counters as {@code millrace.cache.*}; see docs/cache.md. */
record CacheMeters(CacheCounts counts) implements MeterBinder {
  @Override
  public void bindTo(MeterRegistry registry) {
    counter("hits", CacheCounts::hits, "lookups answered").register(registry);
    counter("misses", CacheCounts::misses, "lookups not answered").register(registry);
    errors("call", CacheCounts::failedCalls).register(registry);
    errors("value", CacheCounts::unreadable).register(registry);
    errors("full", CacheCounts::leftOut).register(registry);
  }

  private FunctionCounter.Builder<CacheCounts> errors(
      String reason, ToDoubleFunction<CacheCounts> value) {
    return counter("errors", value, "calls failed, values unreadable, values left out")
        .tag("reason", reason);
  }

  private FunctionCounter.Builder<CacheCounts> counter(
      String name, ToDoubleFunction<CacheCounts> value, String description) {
    return FunctionCounter.builder("millrace.cache." + name, counts, value)
        .tag("tier", "redis")
        .description(description);
  }
}
