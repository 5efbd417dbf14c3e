package io.millrace.announce;

import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.wire.HintMessage;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which jobs have just got new events, by reading along on the topic of hints: all
 * partitions, from the end, without a group. Only hints come of it: whoever gets them asks
 * PostgreSQL, and must not rely on getting any. Reads only while somebody wants hints.
 */
public final class EventFeed extends Loop {
  private static final Logger log = LoggerFactory.getLogger(EventFeed.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** How long it reads on when nobody wants hints any more: the next one gets them sooner. */
  private static final Duration LINGER = Duration.ofMinutes(1);

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KafkaSettings kafka;
  private final BooleanSupplier wanted;
  private final Consumer<UUID> hint;
  private final LongAdder hints = new LongAdder();
  private volatile org.apache.kafka.clients.consumer.@Nullable Consumer<byte[], byte[]> consumer;
  private volatile @Nullable String kafkaTrouble;
  private int partitions;
  private boolean behind;
  private long lookedAt;
  private long wantedAt = Time.SYSTEM.nanos() - LINGER.toNanos();

  /**
   * Makes a feed.
   *
   * @param wanted whether anybody wants hints now; {@link #wake} when that becomes true
   * @param hint is given each job that has new events, on the loop's thread; must not block
   */
  public EventFeed(KafkaSettings kafka, BooleanSupplier wanted, Consumer<UUID> hint) {
    super("event-feed");
    this.kafka = kafka;
    this.wanted = wanted;
    this.hint = hint;
  }

  /** Hints given. */
  public long hints() {
    return hints.sum();
  }

  /** Why there are no hints at the moment, or null. */
  public @Nullable String kafkaTrouble() {
    return kafkaTrouble;
  }

  @Override
  protected Duration tick() {
    long now = Time.SYSTEM.nanos();
    if (wanted.getAsBoolean()) {
      wantedAt = now;
    } else if (now - wantedAt > LINGER.toNanos()) {
      behind = true;
      return IDLE;
    }
    try {
      read();
      kafkaTrouble = null;
      return Duration.ZERO;
    } catch (WakeupException e) {
      return Duration.ZERO;
    } catch (KafkaException e) {
      if (kafkaTrouble == null) {
        log.warn("no hints from Kafka, news come by polling error={}", e.toString());
      }
      kafkaTrouble = e.toString();
      forget();
      return RETRY;
    }
  }

  @Override
  protected void unblock() {
    var open = consumer;
    if (open != null) {
      open.wakeup();
    }
  }

  @Override
  protected void stopped() {
    forget();
  }

  private void read() {
    var open = consumer;
    if (open == null) {
      open = kafka.consumer();
      consumer = open;
      partitions = 0;
    }
    if (partitions == 0 || Time.SYSTEM.nanos() - lookedAt > LOOK_AGAIN.toNanos()) {
      assign(open);
    }
    if (behind) {
      open.seekToEnd(open.assignment());
      behind = false;
    }
    for (ConsumerRecord<byte[], byte[]> record : open.poll(POLL)) {
      for (UUID job : HintMessage.decode(record.value())) {
        hints.increment();
        hint.accept(job);
      }
    }
  }

  /** Takes all partitions; more may have been added. */
  private void assign(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> open) {
    List<PartitionInfo> found = open.partitionsFor(Topics.HINTS, PATIENCE);
    lookedAt = Time.SYSTEM.nanos();
    if (found == null || found.isEmpty()) {
      throw new KafkaException("there is no topic " + Topics.HINTS + " yet");
    }
    if (found.size() != partitions) {
      partitions = found.size();
      open.assign(
          found.stream().map(one -> new TopicPartition(one.topic(), one.partition())).toList());
      behind = true;
    }
  }

  private void forget() {
    var open = consumer;
    consumer = null;
    if (open != null) {
      try {
        open.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
      } catch (KafkaException e) {
        log.debug("consumer not closed in order error={}", e.toString());
      }
    }
  }
}
