package io.millrace.api.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.EventFeed;
import io.millrace.api.http.StreamCounts;
import io.millrace.api.watch.WatchLoop;

/** Counters of who follows jobs. */
record EventMetrics(WatchLoop loop, EventFeed feed, StreamCounts streams) implements MeterBinder {
  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("millrace.watchers", loop, WatchLoop::watching)
        .description("open streams and waiting requests")
        .register(registry);
    Gauge.builder("millrace.streams.open", streams, StreamCounts::open)
        .description("open event streams")
        .register(registry);
    FunctionCounter.builder("millrace.streams.cut.off", streams, StreamCounts::cutOffs)
        .description("event streams ended because their reader took nothing")
        .register(registry);
    FunctionCounter.builder("millrace.events.hints", feed, EventFeed::hints)
        .description("events read along on Kafka")
        .register(registry);
  }
}
