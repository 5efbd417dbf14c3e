package io.millrace.api.boot;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.EventFeed;
import io.millrace.announce.EventTopic;
import io.millrace.api.http.StreamCounts;
import io.millrace.api.run.RunWatch;
import io.millrace.api.watch.JobLog;
import io.millrace.api.watch.WatchLoop;
import io.millrace.boot.EventProperties;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.EventStore;
import io.millrace.wire.KafkaSettings;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts with which callers follow jobs. */
@Configuration(proxyBeanMethods = false)
class WatchConfiguration {
  @Bean
  JobLog jobLog(Database database) {
    return JobLog.of(new EventStore(database));
  }

  @Bean(destroyMethod = "close")
  WatchLoop watchLoop(JobLog log, EventProperties properties) {
    return new WatchLoop(log, properties.maxWatchers(), Time.SYSTEM);
  }

  @Bean(destroyMethod = "close")
  EventFeed eventFeed(KafkaSettings kafka, WatchLoop loop) {
    return new EventFeed(kafka, () -> loop.watching() > 0, loop::look);
  }

  @Bean
  WatchLifecycle watchLifecycle(WatchLoop loop, EventFeed feed) {
    return new WatchLifecycle(loop, feed);
  }

  @Bean
  StreamCounts streamCounts() {
    return new StreamCounts();
  }

  @Bean
  MeterBinder eventMetrics(WatchLoop loop, EventFeed feed, StreamCounts streams) {
    return new EventMetrics(loop, feed, streams);
  }

  /**
   * Down when the loop that tells of news is in trouble. Without Kafka news come by polling, and
   * events for others wait in the outbox.
   */
  @Bean
  HealthIndicator millraceEvents(WatchLoop loop, RunWatch runs, EventFeed feed, EventTopic topic) {
    return () -> {
      String ofRuns = runs.loop().trouble();
      String trouble = ofRuns == null ? loop.trouble() : ofRuns;
      Health.Builder health =
          trouble == null ? Health.up() : Health.outOfService().withDetail("reason", trouble);
      String hints = feed.kafkaTrouble();
      if (hints != null) {
        health.withDetail("hints", "none from Kafka, news come by polling: " + hints);
      }
      String publishing = topic.kafkaTrouble();
      if (publishing != null) {
        health.withDetail(
            "publishing",
            "no hints are given, and events to be published wait in the outbox: " + publishing);
      }
      return health.withDetail("watchers", loop.watching() + runs.loop().watching()).build();
    };
  }
}
