package io.millrace.api.run;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.RunView;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunStore;
import io.millrace.store.RunTurnStore;
import io.millrace.store.RunTurnStore.Waiting;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.engine.RunDecisions;
import io.millrace.workflow.engine.RunLoop;
import io.millrace.workflow.run.Answer;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunEvent;
import io.millrace.workflow.run.RunPhase;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shows and steers workflow runs. Thread-safe. */
public final class Runs {

  private final RunStore store;
  private final RunTurnStore turns;
  private final RunAdvanceStore advances;
  private final RunReader reader;
  private final RunLoop loop;

  public Runs(
      RunStore store,
      RunTurnStore turns,
      RunAdvanceStore advances,
      WorkflowStore workflows,
      Plans plans,
      RunLoop loop) {
    this.store = store;
    this.reader = new RunReader(store, workflows, plans);
    this.turns = turns;
    this.advances = advances;
    this.loop = loop;
  }

  /**
   * Runs, the latest first; as {@link RunStore} lists them.
   *
   * @param workflow of this workflow alone, or null
   */
  public RunStore.Page list(String tenant, UUID before, @Nullable String workflow, int limit)
      throws SQLException {
    return workflow == null
        ? store.list(tenant, before, limit)
        : store.list(tenant, workflow, before, limit);
  }

  /** One run with its nodes; as {@link RunReader#detail}. */
  public Optional<RunDetail> detail(String tenant, UUID id) throws SQLException {
    Optional<RunDetail> found = reader.detail(tenant, id);
    return found.isEmpty() ? found : Optional.of(found.get().waiting(waits(found.get().run())));
  }

  private @Nullable Waiting waits(RunView run) throws SQLException {
    return run.state().equals(RunPhase.NEW.name()) ? turns.find(run.id()).orElse(null) : null;
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
    return ask(run, event, Optional.empty());
  }

  /** Cancels a run, which works without its definition too. */
  public Answer cancel(UUID run, String reason) throws SQLException {
    return ask(
            run, numbers -> Optional.of(new RunEvent.CancelRequested(reason)), Optional.of(reason))
        .orElseThrow();
  }

  private Optional<Answer> ask(
      UUID run, Function<NodeNumbers, Optional<RunEvent>> event, Optional<String> reasonToCancel)
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
                      public Optional<String> cancels() {
                        return reasonToCancel;
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
}
