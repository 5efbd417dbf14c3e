package io.millrace.api.run;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.intake.Intake;
import io.millrace.api.intake.IntakeRefusedException;
import io.millrace.model.AcceptedRun;
import io.millrace.model.NewRun;
import io.millrace.runtime.Batcher;
import io.millrace.runtime.Loop;
import io.millrace.store.DataErrors;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunAdvanceStore.Accepted;
import io.millrace.store.RunRerunStore;
import io.millrace.workflow.engine.RunLoop;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Accepts runs. One loop stores and starts all that is waiting in one transaction and answers after
 * its commit. What refuses jobs because too much waits refuses starts of runs as well.
 */
public final class RunIntake implements AutoCloseable {
  private static final int MAX_BATCH = 200;

  private final RunAdvanceStore advances;
  private final RunRerunStore reruns;
  private final RunLoop loop;
  private final Intake jobs;
  private final Batcher<NewRun, Written> batcher;

  /** What became of one: an answer, or why the database refused its values. */
  private sealed interface Written {
    record Answered(AcceptedRun answer) implements Written {}

    record Refused(SQLException why) implements Written {}
  }

  /**
   * Makes it.
   *
   * @param capacity most runs waiting in memory for their commit, at least 1
   */
  public RunIntake(
      RunAdvanceStore advances, RunRerunStore reruns, RunLoop loop, Intake jobs, int capacity) {
    this.advances = advances;
    this.reruns = reruns;
    this.loop = loop;
    this.jobs = jobs;
    this.batcher = new Batcher<>("run-intake", capacity, MAX_BATCH, this::startAll);
  }

  /** Starts the thread. */
  public void start() {
    batcher.start();
  }

  /** The loop, for its health. */
  public Loop loop() {
    return batcher;
  }

  /** Why no run can be accepted now whose first jobs go to these pools; see {@link Intake}. */
  public Optional<IntakeRefusedException> refusal(String tenant, Set<String> pools) {
    return jobs.refusal(tenant, pools);
  }

  /**
   * Starts a run.
   *
   * @param pools that its first jobs go to; perhaps none
   * @return what became of it, once that is committed with the jobs of its first nodes; fails with
   *     {@link IntakeRefusedException} or {@link java.util.concurrent.RejectedExecutionException}
   *     when too much waits, or with {@link SQLException} when the database did not take it
   */
  public CompletableFuture<AcceptedRun> submit(NewRun run, Set<String> pools) {
    Optional<IntakeRefusedException> refusal = refusal(run.tenant(), pools);
    return refusal.isPresent()
        ? CompletableFuture.failedFuture(refusal.get())
        : batcher.submit(run).thenCompose(RunIntake::answer);
  }

  /**
   * Starts a run that takes over from another one, in a transaction of its own.
   *
   * @throws IntakeRefusedException when too much waits
   */
  public RunRerunStore.Outcome rerun(RerunAdmission.Verdict.Admitted rerun) throws SQLException {
    NewRun run = rerun.run();
    Optional<IntakeRefusedException> refusal = refusal(run.tenant(), rerun.pools());
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    RunRerunStore.Outcome outcome =
        reruns.start(
            run,
            rerun.source().id(),
            rerun.seeding().target().numbers().node(rerun.seeding().from()).name(),
            rerun.seeding(),
            loop.decisions(),
            loop::holdsBack,
            AnnounceLoop.GRACE);
    if (outcome instanceof RunRerunStore.Outcome.Answered answered) {
      loop.published(answered.advanced());
    }
    return outcome;
  }

  private static CompletableFuture<AcceptedRun> answer(Written written) {
    return switch (written) {
      case Written.Answered(AcceptedRun answer) -> CompletableFuture.completedFuture(answer);
      case Written.Refused(SQLException why) -> CompletableFuture.failedFuture(why);
    };
  }

  @Override
  public void close() {
    batcher.close();
  }

  /** A run whose values the database does not take fails alone. */
  private List<Written> startAll(List<NewRun> runs) throws SQLException {
    try {
      return begin(runs);
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      List<Written> written = new ArrayList<>(runs.size());
      for (NewRun run : runs) {
        written.add(startAlone(run));
      }
      return written;
    }
  }

  private Written startAlone(NewRun run) throws SQLException {
    try {
      return begin(List.of(run)).getFirst();
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      return new Written.Refused(e);
    }
  }

  private List<Written> begin(List<NewRun> runs) throws SQLException {
    Accepted accepted =
        advances.accept(runs, loop.decisions(), loop::holdsBack, AnnounceLoop.GRACE);
    loop.published(accepted.advanced());
    return accepted.answers().stream()
        .map(answer -> (Written) new Written.Answered(answer))
        .toList();
  }
}
