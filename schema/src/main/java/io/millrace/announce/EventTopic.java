package io.millrace.announce;

import io.millrace.runtime.Loop;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topic of events and knows whether it is there. A producer stands still for a second
 * whenever it is given a record of an unknown topic, and events must never hold up the pointers of
 * ready jobs; so while the topic is in doubt, events stay in the outbox.
 */
public final class EventTopic extends Loop {
  private static final Logger log = LoggerFactory.getLogger(EventTopic.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration REST = Duration.ofMinutes(1);
  private static final int PATIENCE_SECONDS = 10;

  private final KafkaSettings kafka;
  private final NewTopic topic;
  private final String source;
  private volatile boolean ready;
  private volatile @Nullable String kafkaTrouble;

  /**
   * Makes a loop.
   *
   * @param source {@code ce_source} of the events
   * @param partitions of the topic if it has to be created, at least 1
   * @param replication of it then
   * @param retention of it then
   */
  public EventTopic(
      KafkaSettings kafka, String source, int partitions, short replication, Duration retention) {
    super("event-topic");
    this.kafka = kafka;
    this.source = source;
    this.topic =
        new NewTopic(Topics.EVENTS, partitions, replication)
            .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
  }

  /** Whether events may be sent. */
  public boolean isReady() {
    return ready;
  }

  /** {@code ce_source} of the events. */
  public String source() {
    return source;
  }

  /** Says that an event could not be sent: none is, until the topic has been found again. */
  public void doubt() {
    if (ready) {
      ready = false;
      wake();
    }
  }

  /** Why the topic is not there, or null. */
  public @Nullable String kafkaTrouble() {
    return kafkaTrouble;
  }

  @Override
  protected Duration tick() throws InterruptedException {
    if (ready) {
      return REST;
    }
    try {
      ensure();
      if (kafkaTrouble != null) {
        log.info("events are published again topic={}", Topics.EVENTS);
      }
      kafkaTrouble = null;
      ready = true;
      return REST;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      if (kafkaTrouble == null) {
        log.warn(
            "events wait in the outbox, their topic is not there topic={} error={}",
            Topics.EVENTS,
            e.toString());
      }
      kafkaTrouble = e.toString();
      return RETRY;
    }
  }

  private void ensure() throws ExecutionException, TimeoutException, InterruptedException {
    try (Admin admin = kafka.admin()) {
      try {
        admin.createTopics(List.of(topic)).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        log.info(
            "made the topic of events topic={} partitions={}", topic.name(), topic.numPartitions());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }
}
