package io.millrace.workers.upkeep;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.Announcement;
import io.millrace.model.Priority;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.QueueStore;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces again what Kafka has forgotten. A share group drops a record silently after its
 * delivery limit, and a broker may lose its disk; so the READY jobs of each queue are held against
 * what its topic still holds for the group. When the database knows more than Kafka twice in a row,
 * the oldest READY jobs get a new pointer. A pointer too many costs one empty claim. A backlog that
 * cannot be read is unknown, never zero.
 */
public final class Sweeper implements PeriodicLoop.Chore, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final int MOST_AT_ONCE = 1_000;

  private record Queue(String pool, Priority priority) {}

  private final Backlog backlog;
  private final QueueStore queues;
  private final AnnounceLoop announcer;
  private final List<String> pools;
  private final Duration age;
  private final Set<Queue> suspected = new HashSet<>();
  private final Rests<Queue> rests = new Rests<>();
  private final LongAdder reannounced = new LongAdder();

  /**
   * Makes a sweeper.
   *
   * @param age how long a job must have been READY to be announced again; more than the time from
   *     commit to Kafka
   */
  public Sweeper(
      KafkaSettings kafka,
      QueueStore queues,
      AnnounceLoop announcer,
      List<String> pools,
      Duration age) {
    this.backlog = new Backlog(kafka);
    this.queues = queues;
    this.announcer = announcer;
    this.pools = pools;
    this.age = age;
  }

  /** Jobs announced again since the start; near zero on a healthy day. */
  public long reannounced() {
    return reannounced.sum();
  }

  @Override
  public boolean run() throws Exception {
    for (String pool : pools) {
      sweep(pool);
    }
    return false;
  }

  /**
   * Pointers may be in the topic of another priority than their job's (see {@code PaceLoop}), so a
   * queue is suspect only when its whole pool has more READY jobs than Kafka has pointers.
   */
  private void sweep(String pool) throws SQLException, InterruptedException {
    Map<Queue, Long> missing = new LinkedHashMap<>();
    for (Priority priority : Priority.values()) {
      missing.put(new Queue(pool, priority), queues.ready(pool, priority));
    }
    if (missing.values().stream().allMatch(ready -> ready == 0)) {
      // Nothing to lose: Kafka need not be asked.
      suspected.removeAll(missing.keySet());
      return;
    }
    for (Map.Entry<Queue, Long> queue : missing.entrySet()) {
      Priority priority = queue.getKey().priority();
      OptionalLong held = backlog.of(Topics.jobs(pool, priority), Topics.group(pool, priority));
      if (held.isEmpty()) {
        suspected.removeAll(missing.keySet());
        return;
      }
      queue.setValue(queue.getValue() - held.getAsLong());
    }
    long total = missing.values().stream().mapToLong(Long::longValue).sum();
    for (Map.Entry<Queue, Long> queue : missing.entrySet()) {
      if (total <= 0 || queue.getValue() <= 0) {
        suspected.remove(queue.getKey());
      } else if (!suspected.add(queue.getKey())) {
        repair(queue.getKey(), queue.getValue());
      }
    }
  }

  private void repair(Queue queue, long missing) throws SQLException {
    long began = Time.SYSTEM.nanos();
    LocalDate from = queues.oldestReadyDay(queue.pool(), queue.priority());
    if (from == null || !rests.isOver(queue, began)) {
      return;
    }
    int limit = (int) Math.min(MOST_AT_ONCE, missing);
    Announcement found =
        queues.reannounce(queue.pool(), queue.priority(), age, from, limit, AnnounceLoop.GRACE);
    if (found == null) {
      // Under load the figures differ for no other reason than that they are read one by one.
      long now = Time.SYSTEM.nanos();
      rests.foundNothing(queue, Duration.ofNanos(now - began), now);
    } else {
      rests.found(queue);
      announcer.offer(found);
      reannounced.add(found.jobs().size());
      log.warn(
          "Kafka held fewer pointers than there are READY jobs, announced again pool={} priority={}"
              + " missing={} announced={}",
          queue.pool(),
          queue.priority(),
          missing,
          found.jobs().size());
    }
  }

  @Override
  public void close() {
    backlog.close();
  }
}
