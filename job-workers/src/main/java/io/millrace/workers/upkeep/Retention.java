package io.millrace.workers.upkeep;

import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.RetentionStore;
import io.millrace.store.RetentionStore.Batch;
import io.millrace.store.RetentionStore.Day;
import io.millrace.store.RetentionStore.Dropped;
import io.millrace.store.RetentionStore.Keep;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of jobs that are older than their retention: whole days where all are, which costs
 * nothing, and batches of rows where some must stay. For one thread; the figures for any.
 */
public final class Retention implements PeriodicLoop.Chore {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  /** Jobs looked at in one transaction. */
  static final int BATCH = 2_000;

  /** How long all work may be held up by the wait for a day's tables. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  /** A day with more failed jobs loses them in batches first, so that dropping it is quick. */
  private static final long FEW = 1_000;

  private static final Duration LONGEST_REST = Duration.ofDays(1);
  private static final Duration SHORTEST_REST = Duration.ofMinutes(5);

  private final RetentionStore store;
  private final Keep keep;
  private final Time time;
  private final Map<LocalDate, Long> passedNanos = new HashMap<>();

  /** Days that could go whole but for a run, and when that was seen. */
  private final Map<LocalDate, Long> neededNanos = new HashMap<>();

  private final LongAdder deleted = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private @Nullable LocalDate current;
  private @Nullable UUID after;
  private long inPass;

  public Retention(RetentionStore store, Keep keep, Time time) {
    this.store = store;
    this.keep = keep;
    this.time = time;
  }

  /** Jobs deleted row by row since the start. */
  public long deleted() {
    return deleted.sum();
  }

  /** Days dropped since the start. */
  public long dropped() {
    return dropped.sum();
  }

  @Override
  public boolean run() throws SQLException {
    if (current != null) {
      return pass(current);
    }
    List<Day> days = store.days(keep);
    for (Day day : days) {
      if (day.over() && day.failed() <= FEW && !isNeeded(day)) {
        drop(day);
      }
    }
    for (Day day : days) {
      if (mayHaveOld(day) && !restsSincePass(day)) {
        current = day.day();
        after = null;
        inPass = 0;
        return true;
      }
    }
    return false;
  }

  private void drop(Day day) {
    Dropped done = store.drop(day.day(), keep, PATIENCE);
    if (done == Dropped.DONE) {
      dropped.increment();
      passedNanos.remove(day.day());
      neededNanos.remove(day.day());
      log.info(
          "dropped a day of jobs day={} succeeded={} failed={}",
          day.day(),
          day.succeeded(),
          day.failed());
    } else if (done == Dropped.BUSY) {
      log.info("a day of jobs is in use and dropped later day={}", day.day());
    } else {
      neededNanos.put(day.day(), time.nanos());
    }
  }

  /** Whether a run kept the day from going when that was last tried, a moment ago. */
  private boolean isNeeded(Day day) {
    Long seen = neededNanos.get(day.day());
    return seen != null && time.nanos() - seen < SHORTEST_REST.toNanos();
  }

  /**
   * A day that is over is dropped whole, unless it has too many failed jobs for that, or a run
   * needs some of its rows.
   */
  private boolean mayHaveOld(Day day) {
    if (day.over() && day.failed() <= FEW && !isNeeded(day)) {
      return false;
    }
    return (day.succeeded() > 0 && day.age().compareTo(keep.succeeded()) > 0)
        || (day.failed() > 0 && day.age().compareTo(keep.failed()) > 0);
  }

  /** Looking through a day again pays when a part of the shorter retention has passed. */
  private boolean restsSincePass(Day day) {
    Long passed = passedNanos.get(day.day());
    if (passed == null) {
      return false;
    }
    Duration shorter =
        keep.succeeded().compareTo(keep.failed()) < 0 ? keep.succeeded() : keep.failed();
    Duration rest = shorter.dividedBy(7);
    if (rest.compareTo(LONGEST_REST) > 0) {
      rest = LONGEST_REST;
    } else if (rest.compareTo(SHORTEST_REST) < 0) {
      rest = SHORTEST_REST;
    }
    return time.nanos() - passed < rest.toNanos();
  }

  /** One batch of the day that is being looked through. */
  private boolean pass(LocalDate day) throws SQLException {
    Batch batch = store.delete(day, after, keep, BATCH);
    after = batch.last();
    inPass += batch.deleted();
    deleted.add(batch.deleted());
    if (after == null) {
      current = null;
      passedNanos.put(day, time.nanos());
      if (inPass > 0) {
        log.info("deleted jobs that were older than their retention day={} jobs={}", day, inPass);
      }
    }
    return true;
  }
}
