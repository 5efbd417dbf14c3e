package io.millrace.workers.upkeep;

import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.RetentionStore.Batch;
import io.millrace.store.RetentionStore.Keep;
import io.millrace.store.RunRetentionStore;
import io.millrace.store.VersionRetentionStore;
import io.millrace.store.VersionRetentionStore.Position;
import io.millrace.store.VersionRetentionStore.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of workflow runs that are older than their retention, and then of versions nobody uses:
 * looks through the days on which runs were made, and through the versions, batch by batch, and
 * rests. For one thread; the figure for any.
 */
public final class RunRetention implements PeriodicLoop.Chore {
  private static final Logger log = LoggerFactory.getLogger(RunRetention.class);

  /** Runs looked at in one transaction. */
  static final int BATCH = 500;

  /** Versions looked at in one tick. */
  static final int VERSIONS = 100;

  private static final Duration LONGEST_REST = Duration.ofHours(6);
  private static final Duration SHORTEST_REST = Duration.ofMinutes(5);

  private final RunRetentionStore store;
  private final VersionRetentionStore versions;
  private final Keep keep;
  private final Duration keepVersions;
  private final Time time;
  private final LongAdder deleted = new LongAdder();
  private final Deque<LocalDate> days = new ArrayDeque<>();
  private @Nullable UUID after;
  private @Nullable Position version;
  private long inPass;
  private @Nullable Long passedNanos;

  /**
   * Makes it.
   *
   * @param keepVersions how long versions are kept after their last use
   */
  public RunRetention(
      RunRetentionStore store,
      VersionRetentionStore versions,
      Keep keep,
      Duration keepVersions,
      Time time) {
    this.store = store;
    this.versions = versions;
    this.keep = keep;
    this.keepVersions = keepVersions;
    this.time = time;
  }

  /** Runs deleted since the start. */
  public long deleted() {
    return deleted.sum();
  }

  @Override
  public boolean run() throws SQLException {
    if (days.isEmpty() && version == null) {
      if (rests()) {
        return false;
      }
      days.addAll(store.days(keep));
      version = Position.START;
    }
    LocalDate day = days.peek();
    if (day != null) {
      pass(day);
    } else if (version != null) {
      sweep(version);
    }
    if (days.isEmpty() && version == null) {
      passedNanos = time.nanos();
      return false;
    }
    return true;
  }

  private void sweep(Position from) throws SQLException {
    Step step = versions.sweep(from, keepVersions, VERSIONS);
    version = step.last();
    if (step.deleted() > 0) {
      log.info("deleted versions of workflows that nobody used versions={}", step.deleted());
    }
  }

  /** Looking again pays when a part of the shorter retention has passed. */
  private boolean rests() {
    Duration shorter =
        keep.succeeded().compareTo(keep.failed()) < 0 ? keep.succeeded() : keep.failed();
    Duration rest = shorter.dividedBy(7);
    if (rest.compareTo(LONGEST_REST) > 0) {
      rest = LONGEST_REST;
    } else if (rest.compareTo(SHORTEST_REST) < 0) {
      rest = SHORTEST_REST;
    }
    return passedNanos != null && time.nanos() - passedNanos < rest.toNanos();
  }

  private void pass(LocalDate day) throws SQLException {
    Batch batch = store.delete(day, after, keep, BATCH);
    after = batch.last();
    inPass += batch.deleted();
    deleted.add(batch.deleted());
    if (after == null) {
      days.remove();
      if (inPass > 0) {
        log.info("deleted runs that were older than their retention day={} runs={}", day, inPass);
      }
      inPass = 0;
    }
  }
}
