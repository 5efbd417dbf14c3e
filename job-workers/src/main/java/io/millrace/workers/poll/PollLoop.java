package io.millrace.workers.poll;

import io.millrace.model.JobPointer;
import io.millrace.model.Priority;
import io.millrace.runtime.Loop;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.PointerMessage;
import io.millrace.wire.Topics;
import io.millrace.workers.run.Slots;
import io.millrace.workers.session.SessionLoop;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the jobs of one pool and priority from Kafka into this worker: waits for free slots,
 * polls, claims what came in one statement, starts it, and then acknowledges. The broker's lock
 * spans a claim, never a handler; an acknowledgement proves nothing, the claimed row does.
 *
 * <p>Each topic has a consumer and a group of its own. A consumer of several topics would wait on
 * an empty one while another has records, and the group's assignor would deal the topics out among
 * the workers instead of giving each of them all (docs/decisions.md).
 */
public final class PollLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration NO_SESSION_PAUSE = Duration.ofMillis(50);
  private static final long SLOT_WAIT_MILLIS = 200;

  /** How long pointers wait for a slot that another priority of the pool has just taken. */
  private static final long TAKE_WAIT_MILLIS = 500;

  private final PoolSettings pool;
  private final Priority priority;
  private final KafkaSettings kafka;
  private final Claimer claims;
  private final SessionLoop session;
  private final Slots slots;
  private final LongAdder claimed = new LongAdder();
  private final LongAdder empty = new LongAdder();
  private @Nullable ShareConsumer<byte[], byte[]> consumer;
  private volatile @Nullable ShareConsumer<byte[], byte[]> wakeable;

  public PollLoop(
      PoolSettings pool,
      Priority priority,
      KafkaSettings kafka,
      Claimer claims,
      SessionLoop session,
      Slots slots) {
    super("poll-" + pool.pool() + "-" + priority.wireName());
    this.pool = pool;
    this.priority = priority;
    this.kafka = kafka;
    this.claims = claims;
    this.session = session;
    this.slots = slots;
  }

  /** The pool this loop serves. */
  public PoolSettings pool() {
    return pool;
  }

  /** The priority this loop serves. */
  public Priority priority() {
    return priority;
  }

  /** Jobs claimed since the start. */
  public long claimed() {
    return claimed.sum();
  }

  /** Pointers that claimed nothing: doubled, late, or not a message of ours. */
  public long empty() {
    return empty.sum();
  }

  @Override
  protected Duration tick() throws Exception {
    long current = session.session();
    if (current == 0) {
      return NO_SESSION_PAUSE;
    }
    claims.settle(current);
    if (!slots.awaitFree(pool.batch(), SLOT_WAIT_MILLIS)) {
      return Duration.ZERO;
    }
    ShareConsumer<byte[], byte[]> open = consumer == null ? subscribe() : consumer;
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = open.poll(POLL);
    } catch (WakeupException e) {
      return Duration.ZERO;
    }
    if (!records.isEmpty()) {
      take(open, records, current);
    }
    return Duration.ZERO;
  }

  @Override
  protected void unblock() {
    ShareConsumer<byte[], byte[]> open = wakeable;
    if (open != null) {
      open.wakeup();
    }
  }

  @Override
  protected void stopped() {
    dropConsumer();
  }

  private ShareConsumer<byte[], byte[]> subscribe() {
    ShareConsumer<byte[], byte[]> fresh =
        kafka.shareConsumer(Topics.group(pool.pool(), priority), pool.batch());
    fresh.setAcknowledgementCommitCallback(
        (offsets, error) -> {
          if (error != null) {
            log.info(
                "an acknowledgement was not kept, its pointers may come again error={}",
                error.toString());
          }
        });
    fresh.subscribe(List.of(Topics.jobs(pool.pool(), priority)));
    consumer = fresh;
    wakeable = fresh;
    return fresh;
  }

  private void take(
      ShareConsumer<byte[], byte[]> open,
      ConsumerRecords<byte[], byte[]> records,
      long currentSession)
      throws Exception {
    List<JobPointer> pointers = decode(records);
    try {
      int claimable = pointers.isEmpty() ? 0 : slots.take(pointers.size(), TAKE_WAIT_MILLIS);
      int started = claims.claim(currentSession, pointers.subList(0, claimable), slots, claimable);
      claims.putBack(pointers.subList(claimable, pointers.size()));
      claimed.add(started);
      empty.add(records.count() - (long) started - (pointers.size() - claimable));
    } catch (SQLException e) {
      // Given back, not kept: the loop now pauses, and each release costs one of the deliveries.
      acknowledge(open, records, AcknowledgeType.RELEASE);
      throw e;
    } catch (RuntimeException e) {
      // Records left unacknowledged would make every later poll throw.
      dropConsumer();
      throw e;
    }
    acknowledge(open, records, AcknowledgeType.ACCEPT);
  }

  /** In order of id, which is the order rows are locked in. */
  private List<JobPointer> decode(ConsumerRecords<byte[], byte[]> records) {
    TreeMap<UUID, JobPointer> pointers = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Optional<UUID> id = PointerMessage.decode(record.value());
      if (id.isPresent()) {
        String tenant =
            record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        pointers.put(id.get(), new JobPointer(id.get(), tenant, pool.pool(), priority));
      } else {
        log.warn(
            "set aside a record that is no pointer topic={} partition={} offset={}",
            record.topic(),
            record.partition(),
            record.offset());
      }
    }
    return List.copyOf(pointers.values());
  }

  private void acknowledge(
      ShareConsumer<byte[], byte[]> open,
      ConsumerRecords<byte[], byte[]> records,
      AcknowledgeType type) {
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        open.acknowledge(record, type);
      }
      open.commitAsync();
    } catch (RuntimeException e) {
      log.warn("consumer is replaced after a failed acknowledgement error={}", e.toString());
      dropConsumer();
    }
  }

  private void dropConsumer() {
    ShareConsumer<byte[], byte[]> open = consumer;
    consumer = null;
    wakeable = null;
    if (open != null) {
      try {
        open.close(Duration.ofSeconds(5));
      } catch (RuntimeException e) {
        log.info("consumer did not close cleanly error={}", e.toString());
      }
    }
  }
}
