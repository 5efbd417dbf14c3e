package io.millrace.workers.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.model.Firing.Outcome;
import io.millrace.workers.schedule.Scheduler;
import io.millrace.workers.upkeep.LeaderLoop;
import io.millrace.workers.upkeep.Retention;
import io.millrace.workers.upkeep.RunRetention;
import java.util.Locale;

/** What the leader did, as this process counts it; outcomes are a closed set. */
record LeaderMetrics(
    LeaderLoop leader, Scheduler scheduler, Retention retention, RunRetention runRetention)
    implements MeterBinder {
  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("millrace.leader", leader, l -> l.leads() ? 1 : 0)
        .description("1 in the process that leads the upkeep, 0 in the others")
        .register(registry);
    for (Outcome outcome : Outcome.values()) {
      FunctionCounter.builder("millrace.schedule.firings", scheduler, s -> s.count(outcome))
          .description("instants of schedules dealt with, by what became of them")
          .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    FunctionCounter.builder("millrace.retention.jobs", retention, Retention::deleted)
        .description("jobs deleted row by row because they were older than their retention")
        .register(registry);
    FunctionCounter.builder("millrace.retention.days", retention, Retention::dropped)
        .description("days of jobs dropped whole")
        .register(registry);
    FunctionCounter.builder("millrace.retention.runs", runRetention, RunRetention::deleted)
        .description("workflow runs deleted because they were older than their retention")
        .register(registry);
  }
}
