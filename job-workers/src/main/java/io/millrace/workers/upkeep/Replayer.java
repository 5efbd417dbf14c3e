package io.millrace.workers.upkeep;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.ReplayStore;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries replays of dead letters on, a bounded batch at a time; see {@link ReplayStore#step}. */
final class Replayer implements PeriodicLoop.Chore {
  private static final Logger log = LoggerFactory.getLogger(Replayer.class);

  /** Most jobs moved in one transaction. */
  private static final int JOBS = 200;

  private final ReplayStore replays;
  private final AnnounceLoop announcer;
  private final PaceLoop pace;
  private final GateLoop gate;

  Replayer(ReplayStore replays, AnnounceLoop announcer, PaceLoop pace, GateLoop gate) {
    this.replays = replays;
    this.announcer = announcer;
    this.pace = pace;
    this.gate = gate;
  }

  @Override
  public boolean run() throws SQLException {
    ReplayStore.Stepped step = replays.step(JOBS, pace.anyFull(), AnnounceLoop.GRACE);
    announcer.offer(step.announcement());
    pace.count(step.announcement());
    gate.wakeIf(step.blocked());
    if (step.replayed() + step.skipped() > 0) {
      log.info("replayed dead letters replayed={} skipped={}", step.replayed(), step.skipped());
    }
    return step.worked();
  }
}
