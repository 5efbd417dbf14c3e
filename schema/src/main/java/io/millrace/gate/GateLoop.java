package io.millrace.gate;

import io.millrace.announce.AnnounceLoop;
import io.millrace.runtime.Loop;
import io.millrace.store.LimitStore;
import io.millrace.store.LimitStore.Admitted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Admits BLOCKED jobs when there is a place under their limits. Every process has one and wakes it
 * when it has freed a place or blocked a job, so a free place is taken within milliseconds; the
 * rows of the limits are locked meanwhile, so it does not matter how many do it at once. By itself
 * it looks once a second, and when a rate next allows a start.
 */
public final class GateLoop extends Loop {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final LimitStore limits;
  private final AnnounceLoop announcer;
  private final LongAdder admitted = new LongAdder();

  public GateLoop(LimitStore limits, AnnounceLoop announcer) {
    super("gate");
    this.limits = limits;
    this.announcer = announcer;
  }

  /** Wakes the loop when something says there may be a place, or a job that wants one. */
  public void wakeIf(boolean places) {
    if (places) {
      wake();
    }
  }

  /** Jobs this process has admitted. */
  public long admitted() {
    return admitted.sum();
  }

  @Override
  protected Duration tick() throws SQLException {
    if (!limits.anyWaiting()) {
      return PAUSE;
    }
    Admitted round = limits.admit(Places::decide, AnnounceLoop.GRACE);
    announcer.offer(round.announcement());
    admitted.add(round.admitted());
    if (round.admitted() > 0) {
      return Duration.ZERO;
    }
    Long next = round.nextFreeMillis();
    return next == null ? PAUSE : Duration.ofMillis(Math.clamp(next + 1, 1, PAUSE.toMillis()));
  }
}
