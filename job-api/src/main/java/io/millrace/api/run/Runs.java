package io.millrace.api.run;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.NewRun;
import io.millrace.model.RunView;
import io.millrace.runtime.Batcher;
import io.millrace.runtime.Loop;
import io.millrace.store.DataErrors;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunStore;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.engine.RunDecisions;
import io.millrace.workflow.engine.RunLoop;
import io.millrace.workflow.run.Answer;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts, shows and steers workflow runs. Thread-safe. */
public final class Runs implements AutoCloseable {
  private static final int MAX_BATCH = 200;

  private final RunStore store;
  private final RunAdvanceStore advances;
  private final RunReader reader;
  private final RunLoop loop;
  private final Batcher<NewRun, Optional<SQLException>> starting;

  /**
   * Makes it.
   *
   * @param capacity most runs waiting in memory for their commit, at least 1
   */
  public Runs(
      RunStore store,
      RunAdvanceStore advances,
      WorkflowStore workflows,
      Plans plans,
      RunLoop loop,
      int capacity) {
    this.store = store;
    this.reader = new RunReader(store, workflows, plans);
    this.advances = advances;
    this.loop = loop;
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
    return starting
        .submit(run)
        .thenCompose(
            refusal ->
                refusal.isPresent()
                    ? CompletableFuture.failedFuture(refusal.get())
                    : CompletableFuture.completedFuture(run.id()));
  }

  /** Runs, the latest first; as {@link RunStore#list}. */
  public List<RunView> list(String tenant, UUID before, @Nullable String workflow, int limit)
      throws SQLException {
    return store.list(tenant, before, workflow, limit);
  }

  /** One run with its nodes; as {@link RunReader#detail}. */
  public Optional<RunDetail> detail(String tenant, UUID id) throws SQLException {
    return reader.detail(tenant, id);
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
            loop.decisions()
                .asking(
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
            loop::holdsBack,
            AnnounceLoop.GRACE));
    return answer.get();
  }

  @Override
  public void close() {
    starting.close();
  }

  /** Why each was refused: a run whose values the database does not take fails alone. */
  private List<Optional<SQLException>> startAll(List<NewRun> runs) throws SQLException {
    List<Optional<SQLException>> refusals = new ArrayList<>(runs.size());
    try {
      begin(runs);
      runs.forEach(run -> refusals.add(Optional.empty()));
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      for (NewRun run : runs) {
        refusals.add(refusal(run));
      }
    }
    return refusals;
  }

  private Optional<SQLException> refusal(NewRun run) throws SQLException {
    try {
      begin(List.of(run));
      return Optional.empty();
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  private void begin(List<NewRun> runs) throws SQLException {
    loop.published(advances.start(runs, loop.decisions(), loop::holdsBack, AnnounceLoop.GRACE));
  }
}
