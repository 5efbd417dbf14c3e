package io.millrace.workflow.engine;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.NewJob;
import io.millrace.runtime.Loop;
import io.millrace.store.CancelStore.Cancelled;
import io.millrace.store.CompletionStore;
import io.millrace.store.DataErrors;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunAdvanceStore.Advanced;
import io.millrace.store.RunHaltStore;
import io.millrace.store.RunHaltStore.Halted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Advances runs to which something has happened outside of a completion: timers that are due, runs
 * that start or end inside of others, jobs that were cancelled or reaped, and what a completion
 * could not work in. Every process has one and wakes it for what it has written down itself; the
 * rest is looked for twice a second.
 */
public final class RunLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(RunLoop.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int MOST_TIMERS = 1_000;
  private static final int MOST_THINGS = 500;

  private final RunAdvanceStore runs;
  private final RunHaltStore halts;
  private final RunDecisions decisions;
  private final AnnounceLoop announcer;
  private final GateLoop gate;
  private final PaceLoop pace;

  public RunLoop(
      RunAdvanceStore runs,
      RunHaltStore halts,
      RunDecisions decisions,
      AnnounceLoop announcer,
      GateLoop gate,
      PaceLoop pace) {
    super("runs");
    this.runs = runs;
    this.halts = halts;
    this.decisions = decisions;
    this.announcer = announcer;
    this.gate = gate;
    this.pace = pace;
  }

  /** How completions advance the runs whose tasks they end. */
  public CompletionStore.Runs inCompletions() {
    return new CompletionStore.Runs(runs, decisions, this::holdsBack, null);
  }

  /** What follows for a run, as this process decides it. */
  public RunDecisions decisions() {
    return decisions;
  }

  /** Whether a new job goes to the backlog instead of being announced. */
  public boolean holdsBack(NewJob job) {
    return pace.holdsBack(job.pool(), job.priority());
  }

  /** Tells everybody whom it concerns what an advance did. */
  public void published(Advanced advanced) {
    announcer.offer(advanced.announcement());
    gate.wakeIf(advanced.blocked());
    if (advanced.more()) {
      wake();
    }
  }

  @Override
  protected Duration tick() throws SQLException {
    boolean more = runs.wake(MOST_TIMERS) > 0;
    Advanced advanced = advanceDue();
    published(advanced);
    more |= !advanced.runs().isEmpty();
    Halted halted = halts.halt(AnnounceLoop.GRACE);
    Cancelled cancelled = halted.cancelled();
    announcer.offer(cancelled.announcement());
    gate.wakeIf(cancelled.freedPlaces());
    return more || halted.runs() > 0 ? Duration.ZERO : PAUSE;
  }

  private Advanced advanceDue() throws SQLException {
    try {
      return runs.advanceDue(MOST_THINGS, decisions, this::holdsBack, AnnounceLoop.GRACE);
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      for (UUID run : runs.due(MOST_THINGS)) {
        advanceAlone(run);
      }
      return runs.advanceDue(MOST_THINGS, decisions, this::holdsBack, AnnounceLoop.GRACE);
    }
  }

  /** A run whose values the database refuses fails, and does not hold up the others. */
  private void advanceAlone(UUID run) throws SQLException {
    try {
      published(runs.advance(List.of(run), decisions, this::holdsBack, AnnounceLoop.GRACE));
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      log.error("a run cannot be stored and fails run={}", run, e);
      published(
          runs.advance(
              List.of(run),
              decisions.failing("what it does next cannot be stored: SQLSTATE " + e.getSQLState()),
              this::holdsBack,
              AnnounceLoop.GRACE));
    }
  }
}
