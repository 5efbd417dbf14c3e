package io.millrace.workers.upkeep;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.Announcement;
import io.millrace.model.JobState;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.QueueStore;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces again what Kafka has forgotten. A share group drops a record silently after its
 * delivery limit, and a broker may lose its disk; so the number of READY jobs is held against the
 * group's lag. When the database knows more than Kafka twice in a row, the oldest READY jobs get a
 * new pointer. A pointer too many costs one empty claim. Lag that cannot be read is unknown, never
 * zero.
 */
public final class Sweeper implements PeriodicLoop.Chore, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final int MOST_AT_ONCE = 1_000;

  private final KafkaSettings kafka;
  private final QueueStore queues;
  private final AnnounceLoop announcer;
  private final List<String> pools;
  private final Duration age;
  private final Map<String, Boolean> suspected = new HashMap<>();
  private final LongAdder reannounced = new LongAdder();
  private @Nullable Admin admin;

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
    this.kafka = kafka;
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
      OptionalLong lag = lag(pool);
      if (lag.isPresent()) {
        sweep(pool, lag.getAsLong());
      } else {
        suspected.remove(pool);
      }
    }
    return false;
  }

  /** Compares one pool's READY jobs with its lag; package-private for tests. */
  void sweep(String pool, long lag) throws SQLException {
    long ready = queues.counts(pool).getOrDefault(JobState.READY, 0L);
    if (ready <= lag) {
      suspected.remove(pool);
      return;
    }
    if (suspected.put(pool, true) == null) {
      return;
    }
    LocalDate from = queues.oldestReadyDay(pool);
    if (from == null) {
      return;
    }
    int limit = (int) Math.min(MOST_AT_ONCE, ready - lag);
    Announcement found = queues.reannounce(pool, age, from, limit, AnnounceLoop.GRACE);
    if (found != null) {
      announcer.offer(found);
      reannounced.add(found.jobs().size());
      log.warn(
          "Kafka had fewer pointers than there are READY jobs, announced again pool={} ready={}"
              + " lag={} announced={}",
          pool,
          ready,
          lag,
          found.jobs().size());
    }
  }

  /** The lag of the pool's groups; empty while any of it is unknown. */
  private OptionalLong lag(String pool) throws InterruptedException {
    try {
      if (admin == null) {
        admin = kafka.admin();
      }
      Map<String, ListShareGroupOffsetsSpec> groups =
          Topics.groups(pool).stream()
              .collect(Collectors.toMap(group -> group, group -> new ListShareGroupOffsetsSpec()));
      ListShareGroupOffsetsResult offsets = admin.listShareGroupOffsets(groups);
      long sum = 0;
      for (String group : groups.keySet()) {
        var partitions = offsets.partitionsToOffsetInfo(group).get(5, TimeUnit.SECONDS);
        for (SharePartitionOffsetInfo info : partitions.values()) {
          if (info == null || info.lag().isEmpty()) {
            return OptionalLong.empty();
          }
          sum += info.lag().get();
        }
      }
      return OptionalLong.of(sum);
    } catch (ExecutionException | TimeoutException e) {
      log.debug("lag is unknown pool={} error={}", pool, e.toString());
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ofSeconds(1));
    }
  }
}
