package io.millrace.cache;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.runtime.Loop;
import io.millrace.store.LandingStore;
import io.millrace.store.LandingStore.Landed;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Lands jobs that ran for a key and have ended outside of a completion, cancelled or reaped, and
 * what a completion left. Every process has one and wakes it for what it has ended itself; the rest
 * is looked for twice a second.
 */
public final class LandingLoop extends Loop {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int MOST = 100;

  private final LandingStore store;
  private final AnnounceLoop announcer;
  private final GateLoop gate;

  public LandingLoop(LandingStore store, AnnounceLoop announcer, GateLoop gate) {
    super("landing");
    this.store = store;
    this.announcer = announcer;
    this.gate = gate;
  }

  @Override
  protected Duration tick() throws SQLException {
    Landed landed = store.land(MOST, AnnounceLoop.GRACE);
    landed.announcements().forEach(announcer::offer);
    announcer.hint(landed.answered());
    gate.wakeIf(landed.blocked());
    boolean progress = !landed.answered().isEmpty() || !landed.more();
    return landed.leaders() > 0 && progress ? Duration.ZERO : PAUSE;
  }
}
