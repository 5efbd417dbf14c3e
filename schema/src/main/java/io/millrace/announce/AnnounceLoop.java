package io.millrace.announce;

import io.millrace.model.Announcement;
import io.millrace.model.JobEvent;
import io.millrace.model.JobPointer;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.store.OutboxStore;
import io.millrace.wire.EventMessage;
import io.millrace.wire.HintMessage;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.PointerMessage;
import io.millrace.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends announcements, pointers of ready jobs and events, to Kafka and deletes the outbox rows of
 * those it has acknowledged in full. Acknowledgements are not waited for: rows are deleted in
 * batches as they come in.
 */
public final class AnnounceLoop extends Loop {
  /** How long a relay leaves a fresh outbox row alone: longer than a send may take. */
  public static final Duration GRACE = KafkaSettings.DELIVERY_TIMEOUT.plusSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(AnnounceLoop.class);
  private static final int CAPACITY = 1_000;
  private static final int DELETE_BATCH = 200;
  private static final Duration DELETE_PAUSE = Duration.ofMillis(50);

  private final Producer<byte[], byte[]> producer;
  private final OutboxStore outbox;
  private final @Nullable EventTopic events;
  private final BlockingQueue<Work> inbox = new LinkedBlockingQueue<>(CAPACITY);
  private final ConcurrentLinkedQueue<Long> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicInteger acknowledgedSize = new AtomicInteger();
  private final LongAdder announced = new LongAdder();
  private final LongAdder published = new LongAdder();
  private volatile @Nullable String kafkaTrouble;
  private long deletedAt = Time.SYSTEM.nanos();

  private sealed interface Work {
    record Announce(Announcement announcement) implements Work {}

    record Hint(List<UUID> jobs) implements Work {}
  }

  /** Makes a loop for a process that publishes no events and gives no hints. */
  public AnnounceLoop(Producer<byte[], byte[]> producer, OutboxStore outbox) {
    this(producer, outbox, null);
  }

  /**
   * Makes a loop.
   *
   * @param events where hints and events go; with null neither are sent, nor, unless they are
   *     published, are the events that the outbox still holds
   */
  public AnnounceLoop(
      Producer<byte[], byte[]> producer, OutboxStore outbox, @Nullable EventTopic events) {
    super("announce");
    this.producer = producer;
    this.outbox = outbox;
    this.events = events;
  }

  /**
   * Takes an announcement on. When there is no room it is left to the relay, which finds its outbox
   * row after {@link #GRACE}.
   */
  public void offer(@Nullable Announcement announcement) {
    if (announcement != null && !stopping()) {
      inbox.offer(new Work.Announce(announcement));
    }
  }

  /**
   * Says that jobs have new events, so that those who follow them ask at once. A hint may get lost,
   * and is dropped when half of the room is taken, which is for announcements; then they learn of
   * it with their next poll.
   */
  public void hint(Collection<UUID> jobs) {
    if (events != null
        && !jobs.isEmpty()
        && !stopping()
        && inbox.remainingCapacity() > CAPACITY / 2) {
      inbox.offer(new Work.Hint(List.copyOf(jobs)));
    }
  }

  /** Pointers that Kafka has acknowledged. */
  public long announced() {
    return announced.sum();
  }

  /** Events that Kafka has acknowledged; one that was sent again counts again. */
  public long published() {
    return published.sum();
  }

  /** What Kafka's producer last complained about, or null when its last record went through. */
  public @Nullable String kafkaTrouble() {
    return kafkaTrouble;
  }

  @Override
  protected Duration tick() throws InterruptedException, SQLException {
    Work next = inbox.poll(DELETE_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    while (next != null) {
      send(next);
      next = inbox.poll();
      if (acknowledgedSize.get() >= DELETE_BATCH) {
        deleteAcknowledged();
      }
    }
    if (Time.SYSTEM.nanos() - deletedAt >= DELETE_PAUSE.toNanos()) {
      deleteAcknowledged();
    }
    return Duration.ZERO;
  }

  @Override
  protected void stopped() {
    Work next = inbox.poll();
    while (next != null) {
      send(next);
      next = inbox.poll();
    }
    try {
      producer.flush();
      deleteAcknowledged();
    } catch (KafkaException | SQLException e) {
      log.info("left outbox rows to the relay error={}", e.toString());
    }
  }

  private void send(Work work) {
    switch (work) {
      case Work.Announce(Announcement announcement) -> send(announcement);
      case Work.Hint(List<UUID> jobs) -> sendHint(jobs);
    }
  }

  private void sendHint(List<UUID> jobs) {
    if (events == null || !events.isReady()) {
      return;
    }
    for (int from = 0; from < jobs.size(); from += HintMessage.MAX_IDS) {
      List<UUID> some = jobs.subList(from, Math.min(jobs.size(), from + HintMessage.MAX_IDS));
      try {
        producer.send(
            new ProducerRecord<>(Topics.HINTS, HintMessage.encode(some)),
            (metadata, error) -> {
              if (error != null) {
                log.debug("hint not sent error={}", error.toString());
                events.doubt();
              }
            });
      } catch (KafkaException e) {
        log.debug("hint not sent error={}", e.toString());
        events.doubt();
      }
    }
  }

  private void send(Announcement announcement) {
    int toPublish = events != null && events.publishes() ? announcement.events().size() : 0;
    AtomicInteger open = new AtomicInteger(announcement.jobs().size() + toPublish);
    if (open.get() == 0) {
      acknowledge(announcement.outboxId());
    }
    // Pointers first: work must not wait for those who read about it.
    if (sendPointers(announcement, open) && toPublish > 0) {
      sendEvents(announcement, open);
    }
  }

  private boolean sendPointers(Announcement announcement, AtomicInteger open) {
    for (JobPointer job : announcement.jobs()) {
      try {
        Future<?> sent =
            producer.send(
                record(job),
                (metadata, error) -> {
                  if (error != null) {
                    fail(error);
                  } else {
                    kafkaTrouble = null;
                    announced.increment();
                    acknowledgeOne(announcement, open);
                  }
                });
        if (sent.isDone() && sent.state() == Future.State.FAILED) {
          // No room or no metadata: the rest of this batch would wait as long. The relay has it.
          return false;
        }
      } catch (KafkaException e) {
        fail(e);
        return false;
      }
    }
    return true;
  }

  /** What is not sent here is left to the relay, like pointers. */
  private void sendEvents(Announcement announcement, AtomicInteger open) {
    for (JobEvent event : announcement.events()) {
      if (events == null || !events.isReady()) {
        return;
      }
      try {
        producer.send(
            EventMessage.encode(event, events.source()),
            (metadata, error) -> {
              if (error instanceof RecordTooLargeException) {
                log.warn("event is too large for Kafka and not published job={}", event.jobId());
                acknowledgeOne(announcement, open);
              } else if (error != null) {
                log.debug("event not sent error={}", error.toString());
                events.doubt();
              } else {
                published.increment();
                acknowledgeOne(announcement, open);
              }
            });
      } catch (KafkaException e) {
        log.debug("event not sent error={}", e.toString());
        events.doubt();
      }
    }
  }

  private void acknowledgeOne(Announcement announcement, AtomicInteger open) {
    if (open.decrementAndGet() == 0) {
      acknowledge(announcement.outboxId());
    }
  }

  private static ProducerRecord<byte[], byte[]> record(JobPointer job) {
    return new ProducerRecord<>(
        Topics.jobs(job.pool(), job.priority()),
        job.tenant().getBytes(StandardCharsets.UTF_8),
        PointerMessage.encode(job.id()));
  }

  private void acknowledge(long outboxId) {
    acknowledged.add(outboxId);
    acknowledgedSize.incrementAndGet();
  }

  private void fail(Exception error) {
    if (kafkaTrouble == null) {
      log.warn("cannot announce, jobs wait in the outbox error={}", error.toString());
    }
    kafkaTrouble = error.toString();
  }

  private void deleteAcknowledged() throws SQLException {
    deletedAt = Time.SYSTEM.nanos();
    List<Long> ids = new ArrayList<>();
    Long id = acknowledged.poll();
    while (id != null) {
      ids.add(id);
      id = acknowledged.poll();
    }
    acknowledgedSize.addAndGet(-ids.size());
    if (!ids.isEmpty()) {
      outbox.delete(ids);
    }
  }
}
