package io.millrace.workers.quarantine;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.runtime.Backoff;
import io.millrace.runtime.Leadership;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.store.QuarantineStore;
import io.millrace.store.QuarantineStore.Lane;
import io.millrace.store.ReapStore;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the process that runs the quarantine lane when jobs wait in it, and condemns the job of
 * one that died. The leading worker does so at once; another when a job of its types has waited for
 * long and nobody serves the lane, because the leader may not have that type. Two at once do no
 * harm: the database lets one job of the lane run at a time.
 */
public final class LaneKeeper extends Loop {
  private static final Logger log = LoggerFactory.getLogger(LaneKeeper.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration OTHERS_TURN = Duration.ofSeconds(30);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /** A runner hands its job back within 5 s of being told to; then it still has to write that. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);

  private final QuarantineStore lane;
  private final ReapStore reaper;
  private final AnnounceLoop announcer;
  private final GateLoop gate;
  private final Turn turn;
  private final Time time;
  private final Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT);
  private final LongAdder condemned = new LongAdder();
  private long notBeforeNanos;
  private volatile @Nullable RunnerProcess runner;
  private volatile int length;
  private volatile boolean leaving;
  private volatile @Nullable String startTrouble;

  /**
   * When this worker starts a runner, and how.
   *
   * @param leadership whether it is this worker's turn first
   * @param types those it has handlers for
   * @param launcher starts the process
   * @param names makes a name for it that no other session has
   */
  public record Turn(
      Leadership leadership,
      List<String> types,
      RunnerProcess.Launcher launcher,
      Supplier<String> names) {}

  public LaneKeeper(
      QuarantineStore lane,
      ReapStore reaper,
      AnnounceLoop announcer,
      GateLoop gate,
      Turn turn,
      Time time) {
    super("quarantine");
    this.lane = lane;
    this.reaper = reaper;
    this.announcer = announcer;
    this.gate = gate;
    this.turn = turn;
    this.time = time;
    this.notBeforeNanos = time.nanos();
  }

  /** Jobs that waited in the lane when this process looked last. */
  public int length() {
    return length;
  }

  /** Jobs this process has failed because their runner died. */
  public long condemned() {
    return condemned.sum();
  }

  /** What keeps runners from working, or null. */
  public @Nullable String startTrouble() {
    return startTrouble;
  }

  /** Starts no more, and tells a running one to hand its job back; returns at once. */
  public void leave() {
    leaving = true;
    RunnerProcess running = runner;
    if (running != null) {
      running.stop();
    }
  }

  @Override
  protected Duration tick() throws SQLException, IOException {
    RunnerProcess running = runner;
    if (running != null && !running.isAlive()) {
      bury(running);
    }
    Lane seen = lane.look(turn.types());
    length = seen.length();
    if (seen.served()) {
      startTrouble = null;
    }
    if (runner == null && isTurn(seen)) {
      RunnerProcess started = turn.launcher().launch(turn.names().get());
      runner = started;
      log.info("started a quarantine runner worker={} waiting={}", started.name(), seen.mine());
      if (leaving) {
        started.stop();
      }
    }
    return PAUSE;
  }

  @Override
  protected void stopped() {
    RunnerProcess running = runner;
    if (running == null) {
      return;
    }
    running.stop();
    try {
      running.end(STOP_GRACE);
      bury(running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      log.info("the runner's lease runs out by itself error={}", e.toString());
    }
  }

  private boolean isTurn(Lane seen) {
    if (leaving || seen.mine() == 0 || seen.served() || time.nanos() - notBeforeNanos < 0) {
      return false;
    }
    return turn.leadership().leads() || seen.oldestMillis() > OTHERS_TURN.toMillis();
  }

  /** Nothing to condemn when it ended in order: its session has left, with nothing in its hands. */
  private void bury(RunnerProcess ended) throws SQLException {
    ReapStore.Reaped reaped = reaper.condemn(ended.name(), ended.ending(), AnnounceLoop.GRACE);
    announcer.offer(reaped.announcement());
    gate.wakeIf(reaped.freedPlaces());
    condemned.add(reaped.condemned());
    runner = null;
    if (reaped.condemned() > 0) {
      log.warn(
          "a job died in quarantine and is failed worker={} ending={} jobs={}",
          ended.name(),
          ended.ending(),
          reaped.condemned());
    }
    if (reaped.claims() > 0 || ended.endedInOrder()) {
      backoff.reset();
      startTrouble = null;
    } else {
      startTrouble =
          "quarantine: the runner ended before it ran a job: %s; see %s"
              .formatted(ended.ending(), ended.log());
      Duration wait = backoff.next();
      notBeforeNanos = time.nanos() + wait.toNanos();
      log.warn(
          "a quarantine runner ended without a job worker={} ending={} retryMillis={}",
          ended.name(),
          ended.ending(),
          wait.toMillis());
    }
  }
}
