package io.millrace.workers.poll;

import io.millrace.model.Priority;
import io.millrace.runtime.Time;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The share consumers of one topic, each for polls of another size: how much a poll may bring is
 * fixed when a consumer is made, and what it brings beyond the free slots would have to be
 * announced again. Most of the time only the one for whole batches is open. One thread's own,
 * except for {@link #wakeup()}.
 *
 * <p>A consumer whose last poll was empty has another fetch under way, whose records nobody else
 * gets while they are locked. So the consumer changes only after a poll that brought something, or
 * else the old one is closed, which gives back what it holds.
 */
final class PointerConsumers implements AutoCloseable {
  /** How long a consumer that brings nothing stays open. */
  static final Duration LINGER = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(PointerConsumers.class);
  private static final int STEP = 16;

  private final PoolSettings pool;
  private final Priority priority;
  private final KafkaSettings kafka;
  private final Time time;

  /** By the size of their polls. */
  private final TreeMap<Integer, Sized> open = new TreeMap<>();

  private volatile @Nullable Sized current;

  /** A consumer, the most records of its polls, and when it last brought some (or was made). */
  private static final class Sized {
    final ShareConsumer<byte[], byte[]> consumer;
    final int size;
    long filledAt;

    Sized(ShareConsumer<byte[], byte[]> consumer, int size, long now) {
      this.consumer = consumer;
      this.size = size;
      this.filledAt = now;
    }
  }

  PointerConsumers(PoolSettings pool, Priority priority, KafkaSettings kafka, Time time) {
    this.pool = pool;
    this.priority = priority;
    this.kafka = kafka;
    this.time = time;
  }

  /** The largest size of a poll that brings at most so many: a batch, a 16th of it, …, or 1. */
  static int size(int batch, int most) {
    int size = batch;
    while (size > most) {
      size = Math.max(1, size / STEP);
    }
    return size;
  }

  /**
   * Polls while slots are held; call it only when the last poll brought records.
   *
   * @param most most records to bring, at least 1; it may ask for fewer
   */
  ConsumerRecords<byte[], byte[]> poll(int most, Duration patience) {
    return poll(open(size(pool.batch(), most)), patience);
  }

  /** Polls for news, by the consumer that polled last; it may bring a whole batch. */
  ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    Sized last = current;
    if (last != null && last.size < pool.batch() && isUnused(last)) {
      open.remove(last.size);
      close(last);
      last = null;
    }
    return poll(last == null ? open(pool.batch()) : last, patience);
  }

  /** Whether the topic is likely to hold more than the last poll has brought. */
  boolean expectsMore(ConsumerRecords<byte[], byte[]> brought) {
    Sized last = current;
    return last != null
        && !brought.isEmpty()
        && (last.size == pool.batch() || last.size == brought.count());
  }

  /** Acknowledges what the last poll has brought, without waiting for an answer. */
  void acknowledge(ConsumerRecords<byte[], byte[]> records, AcknowledgeType type) {
    Sized last = current;
    if (last == null) {
      return;
    }
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        last.consumer.acknowledge(record, type);
      }
      last.consumer.commitAsync();
    } catch (RuntimeException e) {
      log.warn("consumers are replaced after a failed acknowledgement error={}", e.toString());
      close();
    }
  }

  /** Cuts a running or the next poll short; from any thread. */
  void wakeup() {
    Sized last = current;
    if (last != null) {
      last.consumer.wakeup();
    }
  }

  /** Closes all; a later poll opens what it needs. */
  @Override
  public void close() {
    current = null;
    open.values().forEach(PointerConsumers::close);
    open.clear();
  }

  private ConsumerRecords<byte[], byte[]> poll(Sized sized, Duration patience) {
    current = sized;
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = sized.consumer.poll(patience);
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    }
    if (!records.isEmpty()) {
      sized.filledAt = time.nanos();
      closeUnusedBut(sized);
    }
    return records;
  }

  private Sized open(int size) {
    Sized there = open.get(size);
    if (there != null) {
      return there;
    }
    ShareConsumer<byte[], byte[]> consumer =
        kafka.shareConsumer(Topics.group(pool.pool(), priority), size);
    consumer.setAcknowledgementCommitCallback(
        (offsets, error) -> {
          if (error != null) {
            log.info(
                "an acknowledgement was not kept, its pointers may come again error={}",
                error.toString());
          }
        });
    consumer.subscribe(List.of(Topics.jobs(pool.pool(), priority)));
    Sized fresh = new Sized(consumer, size, time.nanos());
    open.put(size, fresh);
    return fresh;
  }

  /** With more partitions than one, a member that does not poll would keep some to itself. */
  private void closeUnusedBut(Sized used) {
    for (Iterator<Sized> all = open.values().iterator(); all.hasNext(); ) {
      Sized other = all.next();
      if (other != used && isUnused(other)) {
        all.remove();
        close(other);
      }
    }
  }

  private boolean isUnused(Sized sized) {
    return time.nanos() - sized.filledAt > LINGER.toNanos();
  }

  private static void close(Sized sized) {
    try {
      sized.consumer.close(Duration.ofSeconds(5));
    } catch (RuntimeException e) {
      log.info("consumer did not close cleanly error={}", e.toString());
    }
  }
}
