package io.millrace.workers.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.AnnounceLoop;
import io.millrace.workers.poll.PollLoop;

/** A worker's counters. Tags are pool and priority, both from closed sets. */
final class WorkerMetrics implements MeterBinder {
  private final WorkerRuntime worker;
  private final AnnounceLoop announcer;

  WorkerMetrics(WorkerRuntime worker, AnnounceLoop announcer) {
    this.worker = worker;
    this.announcer = announcer;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (PollLoop poll : worker.polls()) {
      FunctionCounter.builder("millrace.jobs.claimed", poll, PollLoop::claimed)
          .description("jobs claimed by this worker")
          .tag("pool", poll.pool().pool())
          .tag("priority", poll.priority().wireName())
          .register(registry);
      FunctionCounter.builder("millrace.pointers.empty", poll, PollLoop::empty)
          .description("Kafka pointers that claimed nothing: doubled, late, or not ours")
          .tag("pool", poll.pool().pool())
          .tag("priority", poll.priority().wireName())
          .register(registry);
    }
    FunctionCounter.builder(
            "millrace.outcomes.recorded", worker, w -> (double) w.completions().recorded())
        .description("outcomes written")
        .register(registry);
    FunctionCounter.builder(
            "millrace.outcomes.refused", worker, w -> (double) w.completions().refused())
        .description("outcomes dropped because their lease was lost")
        .register(registry);
    FunctionCounter.builder(
            "millrace.pointers.reannounced", worker, w -> (double) w.sweeper().reannounced())
        .description("READY jobs announced again because Kafka had lost their pointer")
        .register(registry);
    FunctionCounter.builder("millrace.pointers.announced", announcer, AnnounceLoop::announced)
        .description("pointers that Kafka acknowledged to this process")
        .register(registry);
    Gauge.builder("millrace.jobs.running", worker, WorkerRuntime::running)
        .description("attempts that run now or wait for their outcome to be recorded")
        .register(registry);
    Gauge.builder("millrace.threads.stuck", worker, WorkerRuntime::stuck)
        .description("threads of handlers that ignored their interrupt, their jobs went on without")
        .register(registry);
  }
}
