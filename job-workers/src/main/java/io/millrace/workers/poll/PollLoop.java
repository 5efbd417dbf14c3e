package io.millrace.workers.poll;

import io.millrace.model.JobPointer;
import io.millrace.model.Priority;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
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
import java.util.concurrent.TimeUnit;
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
 * Brings the jobs of one pool and priority from Kafka into this worker: waits for its turn at the
 * pool's slots, polls, claims what came in one statement, starts it, and then acknowledges. The
 * broker's lock spans a claim, never a handler; an acknowledgement proves nothing, the claimed row
 * does.
 *
 * <p>Each topic has a consumer and a group of its own. A consumer of several topics would wait on
 * an empty one while another has records, and the group's assignor would deal the topics out among
 * the workers instead of giving each of them all (docs/decisions.md).
 */
public final class PollLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Slots idle during this poll; a topic with records answers within a few milliseconds. */
  private static final Duration BACKLOG_POLL = Duration.ofMillis(50);

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
  private final Time time;
  private boolean backlogged;

  /** Whether acknowledgements wait for the next fetch. */
  private boolean unsent;

  private @Nullable ShareConsumer<byte[], byte[]> consumer;
  private volatile @Nullable ShareConsumer<byte[], byte[]> wakeable;

  public PollLoop(
      PoolSettings pool,
      Priority priority,
      KafkaSettings kafka,
      Claimer claims,
      SessionLoop session,
      Slots slots,
      Time time) {
    super("poll-" + pool.pool() + "-" + priority.wireName());
    this.pool = pool;
    this.priority = priority;
    this.kafka = kafka;
    this.claims = claims;
    this.session = session;
    this.slots = slots;
    this.time = time;
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
      sendAcknowledgements();
      return NO_SESSION_PAUSE;
    }
    try {
      claims.settle(current);
      if (backlogged) {
        pollHoldingSlots(current);
      } else if (slots.awaitTurn(priority, SLOT_WAIT_MILLIS)) {
        pollForNews(current);
      } else {
        sendAcknowledgements();
      }
    } catch (Exception e) {
      // What it cannot use meanwhile it must not save up.
      slots.idle(priority);
      sendAcknowledgements();
      throw e;
    }
    return Duration.ZERO;
  }

  /** The topic had records a moment ago: slots first, in turn, so that the weights hold. */
  private void pollHoldingSlots(long current) throws Exception {
    if (!slots.takeAll(priority, pool.batch(), SLOT_WAIT_MILLIS)) {
      sendAcknowledgements();
      return;
    }
    int held = pool.batch();
    try {
      ConsumerRecords<byte[], byte[]> records = poll(BACKLOG_POLL);
      int kept = held;
      held = 0;
      take(records, current, kept);
    } finally {
      slots.giveBack(priority, held);
    }
  }

  /** The topic was empty: no slot idles for it; what comes waits a moment for one, in turn. */
  private void pollForNews(long current) throws Exception {
    take(poll(POLL), current, 0);
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    ShareConsumer<byte[], byte[]> open = consumer == null ? subscribe() : consumer;
    try {
      unsent = false;
      return open.poll(patience);
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    }
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

  private void take(ConsumerRecords<byte[], byte[]> records, long currentSession, int held)
      throws Exception {
    backlogged = !records.isEmpty();
    List<JobPointer> pointers = decode(records);
    int first = Math.min(held, pointers.size());
    slots.giveBack(priority, held - first);
    if (records.isEmpty()) {
      slots.idle(priority);
      return;
    }
    try {
      int put = start(pointers, first, currentSession);
      empty.add(records.count() - (long) pointers.size() + put);
    } catch (SQLException e) {
      // Given back, not kept: the loop now pauses, and each release costs one of the deliveries.
      acknowledge(records, AcknowledgeType.RELEASE);
      throw e;
    } catch (RuntimeException | InterruptedException e) {
      // Records left unacknowledged would make every later poll throw.
      dropConsumer();
      throw e;
    }
    acknowledge(records, AcknowledgeType.ACCEPT);
  }

  /**
   * Claims and starts as slots allow, and announces the rest again.
   *
   * @param held slots already taken for the first of them
   * @return pointers that claimed nothing
   */
  private int start(List<JobPointer> pointers, int held, long currentSession) throws Exception {
    long end = time.nanos() + TimeUnit.MILLISECONDS.toNanos(TAKE_WAIT_MILLIS);
    int done = 0;
    int started = 0;
    int room = held;
    while (true) {
      int now = claims.claim(currentSession, pointers.subList(done, done + room), slots, room);
      claimed.add(now);
      started += now;
      done += room;
      long left = TimeUnit.NANOSECONDS.toMillis(end - time.nanos());
      room = done == pointers.size() ? 0 : slots.takeSome(priority, pointers.size() - done, left);
      if (room == 0) {
        claims.putBack(pointers.subList(done, pointers.size()));
        return done - started;
      }
    }
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

  private void acknowledge(ConsumerRecords<byte[], byte[]> records, AcknowledgeType type) {
    ShareConsumer<byte[], byte[]> open = consumer;
    if (open == null) {
      return;
    }
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        open.acknowledge(record, type);
      }
      unsent = true;
    } catch (RuntimeException e) {
      log.warn("consumer is replaced after a failed acknowledgement error={}", e.toString());
      dropConsumer();
    }
  }

  /**
   * Sends by themselves the acknowledgements that the next fetch would take along, when that one
   * has to wait: for slots, for a session, for the database.
   */
  private void sendAcknowledgements() {
    ShareConsumer<byte[], byte[]> open = consumer;
    if (open == null || !unsent) {
      return;
    }
    unsent = false;
    try {
      open.commitAsync();
    } catch (RuntimeException e) {
      log.warn("consumer is replaced after a failed acknowledgement error={}", e.toString());
      dropConsumer();
    }
  }

  private void dropConsumer() {
    ShareConsumer<byte[], byte[]> open = consumer;
    consumer = null;
    unsent = false;
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
