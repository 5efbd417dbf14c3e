package io.millrace.api.run;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.RunView;
import io.millrace.runtime.Batcher;
import io.millrace.runtime.Loop;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunStore;
import io.millrace.workflow.engine.RunDecisions;
import io.millrace.workflow.engine.RunLoop;
import io.millrace.workflow.run.Answer;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunEvent;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Starts, shows and steers workflow runs. Thread-safe. */
public final class Runs implements AutoCloseable {
  private static final int MAX_BATCH = 200;

  private final RunStore store;
  private final RunAdvanceStore advances;
  private final RunDecisions decisions;
  private final RunLoop loop;
  private final PaceLoop pace;
  private final Batcher<NewRun, UUID> starting;

  /**
   * Makes it.
   *
   * @param capacity most runs waiting in memory for their commit, at least 1
   */
  public Runs(
      RunStore store,
      RunAdvanceStore advances,
      RunDecisions decisions,
      RunLoop loop,
      PaceLoop pace,
      int capacity) {
    this.store = store;
    this.advances = advances;
    this.decisions = decisions;
    this.loop = loop;
    this.pace = pace;
    this.starting = new Batcher<>("run-intake", capacity, MAX_BATCH, this::startAll);
  }

  /** Starts the thread. */
  public void start() {
    starting.start();
  }

  /** The loop, for its health. */
  public Loop intake() {
    return starting;
  }

  /**
   * Starts a run.
   *
   * @return its id once it is committed, with the jobs of its first nodes; fails with {@link
   *     java.util.concurrent.RejectedExecutionException} when too many wait, or with {@link
   *     SQLException} when the database did not take it
   */
  public CompletableFuture<UUID> submit(NewRun run) {
    return starting.submit(run);
  }

  /** One run. */
  public Optional<RunView> find(String tenant, UUID id) throws SQLException {
    return store.find(tenant, id);
  }

  /**
   * Asks something of a run that is there.
   *
   * @param event what is asked, by the numbers of its plan's nodes; empty when there is no such
   *     node
   * @return the plan's answer; empty when there is no such node
   */
  public Optional<Answer> ask(UUID run, Function<NodeNumbers, Optional<RunEvent>> event)
      throws SQLException {
    AtomicReference<Optional<Answer>> answer = new AtomicReference<>(Optional.empty());
    loop.published(
        advances.advance(
            List.of(run),
            decisions.asking(
                new RunDecisions.Asked() {
                  @Override
                  public Optional<RunEvent> event(NodeNumbers numbers) {
                    return event.apply(numbers);
                  }

                  @Override
                  public void answer(Answer given) {
                    answer.set(Optional.of(given));
                  }
                }),
            this::holdsBack,
            AnnounceLoop.GRACE));
    return answer.get();
  }

  @Override
  public void close() {
    starting.close();
  }

  private List<UUID> startAll(List<NewRun> runs) throws SQLException {
    loop.published(advances.start(runs, decisions, this::holdsBack, AnnounceLoop.GRACE));
    return runs.stream().map(NewRun::id).toList();
  }

  private boolean holdsBack(NewJob job) {
    return pace.holdsBack(job.pool(), job.priority());
  }
}
