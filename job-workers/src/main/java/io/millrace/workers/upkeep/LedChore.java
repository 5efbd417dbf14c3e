package io.millrace.workers.upkeep;

import io.millrace.runtime.Leadership;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.PeriodicLoop.Chore;
import io.millrace.runtime.Time;
import java.time.Duration;

/**
 * A chore that only the leader does: at once when it has taken the lead, then after each pause. For
 * one thread.
 */
final class LedChore implements Chore {
  /** How soon a new leader begins, whatever the chore's own pause. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Leadership leadership;
  private final Time time;
  private final Duration pause;
  private final Chore chore;
  private boolean done;
  private long doneNanos;

  LedChore(Leadership leadership, Time time, Duration pause, Chore chore) {
    this.leadership = leadership;
    this.time = time;
    this.pause = pause;
    this.chore = chore;
  }

  /** A loop that does the chore while this process leads. */
  static PeriodicLoop loop(String name, Leadership leadership, Duration pause, Chore chore) {
    return new PeriodicLoop(
        name,
        pause.compareTo(LOOK) < 0 ? pause : LOOK,
        new LedChore(leadership, Time.SYSTEM, pause, chore));
  }

  @Override
  public boolean run() throws Exception {
    if (!leadership.leads()) {
      done = false;
      return false;
    }
    if (done && time.nanos() - doneNanos < pause.toNanos()) {
      return false;
    }
    boolean more = chore.run();
    done = !more;
    doneNanos = time.nanos();
    return more;
  }
}
