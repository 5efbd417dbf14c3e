package io.millrace.workers.poll;

import io.millrace.model.ClaimedJob;
import io.millrace.runtime.Loop;
import io.millrace.store.ClaimStore;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.PointerMessage;
import io.millrace.wire.Topics;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.run.Runner;
import io.millrace.workers.run.Slots;
import io.millrace.workers.session.SessionLoop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
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
 * Brings the jobs of one pool from Kafka into this worker: waits for free slots, polls, claims what
 * came in one statement, starts it, and then acknowledges. The broker's lock spans a claim, never a
 * handler; an acknowledgement proves nothing, the claimed row does.
 */
public final class PollLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long SLOT_WAIT_MILLIS = 200;

  /** Batch numbers are unique over all pools of a session. */
  private final AtomicLong batchNumbers;

  private final PoolSettings pool;
  private final KafkaSettings kafka;
  private final ClaimStore claims;
  private final SessionLoop session;
  private final Runner runner;
  private final Slots slots;
  private final LongAdder claimed = new LongAdder();
  private final LongAdder empty = new LongAdder();
  private @Nullable ShareConsumer<byte[], byte[]> consumer;
  private volatile @Nullable ShareConsumer<byte[], byte[]> wakeable;

  public PollLoop(
      PoolSettings pool,
      KafkaSettings kafka,
      ClaimStore claims,
      SessionLoop session,
      Runner runner,
      AtomicLong batchNumbers) {
    super("poll-" + pool.pool());
    this.pool = pool;
    this.kafka = kafka;
    this.claims = claims;
    this.session = session;
    this.runner = runner;
    this.slots = new Slots(pool.slots());
    this.batchNumbers = batchNumbers;
  }

  /** The pool this loop serves. */
  public PoolSettings pool() {
    return pool;
  }

  /** The pool's slots in this worker. */
  public Slots slots() {
    return slots;
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
    if (current == 0 || !slots.awaitFree(pool.batch(), SLOT_WAIT_MILLIS)) {
      return current == 0 ? Duration.ofMillis(50) : Duration.ZERO;
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
        kafka.shareConsumer(Topics.group(pool.pool()), pool.batch());
    fresh.setAcknowledgementCommitCallback(
        (offsets, error) -> {
          if (error != null) {
            log.info(
                "an acknowledgement was not kept, its pointers may come again error={}",
                error.toString());
          }
        });
    fresh.subscribe(Topics.jobs(pool.pool()));
    consumer = fresh;
    wakeable = fresh;
    return fresh;
  }

  private void take(
      ShareConsumer<byte[], byte[]> open,
      ConsumerRecords<byte[], byte[]> records,
      long currentSession)
      throws SQLException {
    List<UUID> ids = decode(records);
    try {
      if (!ids.isEmpty()) {
        claim(ids, currentSession);
      }
    } catch (SQLException e) {
      // Given back, not kept: the loop now pauses, and each release costs one of the deliveries.
      acknowledge(open, records, AcknowledgeType.RELEASE);
      throw e;
    }
    acknowledge(open, records, AcknowledgeType.ACCEPT);
    empty.add(records.count() - (long) ids.size());
  }

  private void claim(List<UUID> ids, long currentSession) throws SQLException {
    long batch = batchNumbers.incrementAndGet();
    List<ClaimedJob> jobs = claims.claim(currentSession, batch, ids);
    claimed.add(jobs.size());
    empty.add(ids.size() - (long) jobs.size());
    if (!jobs.isEmpty()) {
      slots.take(jobs.size());
      runner.start(jobs, new ClaimBatch(currentSession, batch, jobs.size()), slots);
    }
  }

  private static List<UUID> decode(ConsumerRecords<byte[], byte[]> records) {
    TreeSet<UUID> ids = new TreeSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Optional<UUID> id = PointerMessage.decode(record.value());
      if (id.isPresent()) {
        ids.add(id.get());
      } else {
        log.warn(
            "set aside a record that is no pointer topic={} partition={} offset={}",
            record.topic(),
            record.partition(),
            record.offset());
      }
    }
    return List.copyOf(ids);
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
