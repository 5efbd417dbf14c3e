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
 * Makes the topics of hints and of events and knows whether they are there. A producer stands still
 * for a second whenever it is given a record of an unknown topic, and events must never hold up the
 * pointers of ready jobs; so while the topics are in doubt, events stay in the outbox and hints are
 * not given.
 */
public final class EventTopic extends Loop {
  private static final Logger log = LoggerFactory.getLogger(EventTopic.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration REST = Duration.ofMinutes(1);
  private static final int PATIENCE_SECONDS = 10;

  /** A hint is of use for less than a second. */
  private static final Duration HINT_RETENTION = Duration.ofHours(1);

  private final KafkaSettings kafka;
  private final List<NewTopic> topics;
  private final boolean publishes;
  private final String source;
  private volatile boolean ready;
  private volatile @Nullable String kafkaTrouble;

  /**
   * Makes a loop.
   *
   * @param publishing how events are published, or null when only hints are given
   * @param replication of topics that have to be created
   */
  public EventTopic(KafkaSettings kafka, @Nullable Publishing publishing, short replication) {
    super("event-topic");
    this.kafka = kafka;
    this.publishes = publishing != null;
    this.source = publishing == null ? "" : publishing.source();
    NewTopic hints = topic(Topics.HINTS, 1, replication, HINT_RETENTION);
    this.topics =
        publishing == null
            ? List.of(hints)
            : List.of(
                hints,
                topic(Topics.EVENTS, publishing.partitions(), replication, publishing.retention()));
  }

  /**
   * How events go out.
   *
   * @param source {@code ce_source} of the events
   * @param partitions of their topic if it has to be created, at least 1
   * @param retention of it then
   */
  public record Publishing(String source, int partitions, Duration retention) {}

  private static NewTopic topic(
      String name, int partitions, short replication, Duration retention) {
    return new NewTopic(name, partitions, replication)
        .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
  }

  /** Whether events are published at all. */
  public boolean publishes() {
    return publishes;
  }

  /** Whether hints and events may be sent. */
  public boolean isReady() {
    return ready;
  }

  /** {@code ce_source} of the events. */
  public String source() {
    return source;
  }

  /** Says that one could not be sent: none is, until the topics have been found again. */
  public void doubt() {
    if (ready) {
      ready = false;
      wake();
    }
  }

  /** Why the topics are not there, or null. */
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
        log.info("hints and events are sent again");
      }
      kafkaTrouble = null;
      ready = true;
      return REST;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      if (kafkaTrouble == null) {
        log.warn(
            "streams live on polling and events wait in the outbox, their topics are not there"
                + " error={}",
            e.toString());
      }
      kafkaTrouble = e.toString();
      return RETRY;
    }
  }

  private void ensure() throws ExecutionException, TimeoutException, InterruptedException {
    try (Admin admin = kafka.admin()) {
      for (var made : admin.createTopics(topics).values().entrySet()) {
        try {
          made.getValue().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
          log.info("made a topic topic={}", made.getKey());
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
    }
  }
}
