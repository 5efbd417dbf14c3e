package io.millrace.workers.upkeep;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.Announcement;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.OutboxStore;
import io.millrace.store.ReapStore;
import io.millrace.store.ReplayStore;
import io.millrace.store.TimerStore;
import io.millrace.store.WorkerStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chores every worker does for all: each is safe to do in several processes at once, because
 * its statement skips what another one holds. Each has a thread of its own, so that none waits for
 * another.
 */
public final class Upkeep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final int ROWS = 100;
  private static final int CLAIMS = 50;
  private static final int TIMERS = 500;

  private final AnnounceLoop announcer;
  private final PaceLoop pace;
  private final GateLoop gate;
  private final OutboxStore outbox;
  private final ReapStore reaper;
  private final TimerStore timers;
  private final WorkerStore workers;
  private final Sweeper sweeper;
  private final Duration lease;
  private final Contact contact;
  private final List<Loop> loops;
  private final LongAdder condemned = new LongAdder();

  /**
   * Makes the chores.
   *
   * @param lease silence after which a worker is declared dead
   */
  public Upkeep(
      Database database,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      Sweeper sweeper,
      Duration lease) {
    this.announcer = announcer;
    this.pace = pace;
    this.gate = gate;
    this.outbox = new OutboxStore(database);
    this.reaper = new ReapStore(database);
    this.timers = new TimerStore(database);
    this.workers = new WorkerStore(database);
    this.sweeper = sweeper;
    this.lease = lease;
    this.contact = new Contact(lease, Time.SYSTEM);
    this.loops =
        List.of(
            new PeriodicLoop("relay", Duration.ofSeconds(1), this::relay),
            new PeriodicLoop("promote", Duration.ofMillis(200), this::promote),
            new PeriodicLoop("expire", Duration.ofMillis(200), this::expire),
            new PeriodicLoop("reap", reapPause(lease), this::reap),
            new PeriodicLoop("sweep", Duration.ofSeconds(5), sweeper),
            new PeriodicLoop(
                "replay",
                Duration.ofMillis(500),
                new Replayer(new ReplayStore(database), announcer, pace, gate)));
  }

  /** Starts all threads. */
  public void start() {
    loops.forEach(Loop::start);
  }

  /** Jobs this process has failed because their quarantine runner fell silent. */
  public long condemned() {
    return condemned.sum();
  }

  /** The loops, for their health. */
  public List<Loop> loops() {
    return loops;
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
    sweeper.close();
  }

  private boolean relay() throws SQLException {
    List<Announcement> late = outbox.take(ROWS, AnnounceLoop.GRACE);
    if (!late.isEmpty()) {
      log.info(
          "announcing what its process did not rows={} jobs={}",
          late.size(),
          late.stream().mapToInt(a -> a.jobs().size()).sum());
      late.forEach(announcer::offer);
    }
    return late.size() == ROWS;
  }

  private boolean promote() throws SQLException {
    TimerStore.Moved due = timers.promote(TIMERS, pace.anyFull(), AnnounceLoop.GRACE);
    announcer.offer(due.announcement());
    pace.count(due.announcement());
    gate.wakeIf(due.places());
    return due.jobs() == TIMERS;
  }

  private boolean expire() throws SQLException {
    TimerStore.Moved late = timers.expire(TIMERS, AnnounceLoop.GRACE);
    announcer.offer(late.announcement());
    gate.wakeIf(late.places());
    if (late.jobs() > 0) {
      log.info("failed jobs whose deadline or queue timeout has passed jobs={}", late.jobs());
    }
    return late.jobs() == TIMERS;
  }

  /** Often enough within half a lease that a slow machine does not look like an outage. */
  private static Duration reapPause(Duration lease) {
    return Duration.ofMillis(Math.clamp(lease.toMillis() / 8, 100, 1_000));
  }

  private boolean reap() throws SQLException {
    if (contact.justRestored()) {
      return reapClaims();
    }
    Instant asOf = workers.now();
    contact.made();
    if (contact.justRestored()) {
      return reapClaims();
    }
    for (WorkerStore.Dead dead : workers.expire(lease, asOf)) {
      log.warn(
          "worker is silent and declared dead session={} worker={} leaseMillis={}",
          dead.session(),
          dead.name(),
          lease.toMillis());
    }
    return reapClaims();
  }

  private boolean reapClaims() throws SQLException {
    ReapStore.Reaped reaped = reaper.reap(CLAIMS, AnnounceLoop.GRACE);
    announcer.offer(reaped.announcement());
    condemned.add(reaped.condemned());
    gate.wakeIf(reaped.freedPlaces() || reaped.parked() > 0);
    if (reaped.readied() + reaped.failed() + reaped.parked() > 0) {
      log.warn(
          "took jobs back from ended workers claims={} ready={} failed={} parked={}",
          reaped.claims(),
          reaped.readied(),
          reaped.failed(),
          reaped.parked());
    }
    contact.made();
    return reaped.claims() == CLAIMS;
  }
}
