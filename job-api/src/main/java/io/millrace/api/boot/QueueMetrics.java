package io.millrace.api.boot;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.api.query.PoolTrends;
import io.millrace.api.query.Trend;
import io.millrace.model.JobState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * Queue lengths of the whole installation, by pool. A gauge is NaN, which Prometheus keeps as such,
 * when its counters have not been read for 15 s: a queue nobody can see is not empty. A pool's
 * gauges appear when it is first seen and stay.
 */
final class QueueMetrics implements MeterBinder {
  private static final double STALE_SECONDS = 15;
  private static final List<JobState> STATES =
      List.of(JobState.READY, JobState.RUNNING, JobState.SCHEDULED, JobState.BLOCKED);

  private final PoolTrends trends;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  QueueMetrics(PoolTrends trends) {
    this.trends = trends;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    trends.onRead(
        () -> {
          for (String pool : trends.pools()) {
            if (known.add(pool)) {
              register(registry, pool);
            }
          }
        });
  }

  private void register(MeterRegistry registry, String pool) {
    for (JobState state : STATES) {
      Gauge.builder("millrace.queue.jobs", trends, all -> fresh(all.jobs(pool, state)))
          .description("jobs of the installation in a state")
          .tag("pool", pool)
          .tag("state", state.name())
          .register(registry);
    }
    gauge(
        registry,
        pool,
        "millrace.queue.oldest.seconds",
        "how long the job that is next has waited",
        Trend::oldestSeconds);
    gauge(
        registry,
        pool,
        "millrace.queue.arrivals",
        "jobs that become READY per second, over a minute",
        trend -> trend.arrivals().minute());
    gauge(
        registry,
        pool,
        "millrace.queue.completions",
        "jobs that end per second, over a minute",
        trend -> trend.completions().minute());
  }

  private void gauge(
      MeterRegistry registry,
      String pool,
      String name,
      String description,
      ToDoubleFunction<Trend> value) {
    Gauge.builder(
            name,
            trends,
            all -> all.of(pool).map(trend -> fresh(value.applyAsDouble(trend))).orElse(Double.NaN))
        .description(description)
        .tag("pool", pool)
        .register(registry);
  }

  private double fresh(double value) {
    return trends.age().orElse(Double.MAX_VALUE) <= STALE_SECONDS ? value : Double.NaN;
  }
}
