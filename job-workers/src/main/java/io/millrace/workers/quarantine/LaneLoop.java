package io.millrace.workers.quarantine;

import io.millrace.model.Priority;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.workers.run.Runner;
import io.millrace.workers.run.Slots;
import io.millrace.workers.session.SessionLoop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of the lane, the next one when the outcome of the one before is recorded. Dismisses
 * its process when nothing has waited for a while.
 */
public final class LaneLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(LaneLoop.class);
  private static final Duration NO_SESSION_PAUSE = Duration.ofMillis(50);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final long SLOT_WAIT_MILLIS = 200;

  private final LaneClaimer claimer;
  private final Runner runner;
  private final SessionLoop session;
  private final Duration idle;
  private final Dismissal dismissal;
  private final Time time;
  private final Slots slots = new Slots(1);
  private long busyNanos;

  /**
   * Makes a loop.
   *
   * @param idle how long nothing may wait before the process ends
   */
  public LaneLoop(
      LaneClaimer claimer,
      Runner runner,
      SessionLoop session,
      Duration idle,
      Dismissal dismissal,
      Time time) {
    super("lane");
    this.claimer = claimer;
    this.runner = runner;
    this.session = session;
    this.idle = idle;
    this.dismissal = dismissal;
    this.time = time;
    this.busyNanos = time.nanos();
  }

  /** Whether the end of the process is in order whatever its job does. */
  public boolean isDismissed() {
    return dismissal.isDismissed();
  }

  @Override
  protected Duration tick() throws SQLException, InterruptedException {
    long current = session.session();
    if (current == 0 || dismissal.isDismissed()) {
      return NO_SESSION_PAUSE;
    }
    if (!slots.awaitTurn(Priority.NORMAL, SLOT_WAIT_MILLIS)) {
      busyNanos = time.nanos();
      return Duration.ZERO;
    }
    if (runner.stuck() > 0) {
      // Its thread may still do harm, and the next job is to run alone.
      log.warn("a job has left a thread behind, the quarantine runner ends");
      dismissal.dismiss();
      return PAUSE;
    }
    LaneClaimer.Taken taken = claimer.take(current);
    if (taken != null) {
      slots.overdraw(1);
      log.warn(
          "runs a job alone that workers have died of job={} type={} attempt={}",
          taken.job().id(),
          taken.job().type(),
          taken.job().attempt());
      runner.start(List.of(taken.job()), taken.batch(), slots);
      return Duration.ZERO;
    }
    if (claimer.anyWaits()) {
      busyNanos = time.nanos();
    } else if (time.nanos() - busyNanos > idle.toNanos()) {
      log.info("nothing waits in the quarantine lane, its runner ends");
      dismissal.dismiss();
    }
    return PAUSE;
  }
}
