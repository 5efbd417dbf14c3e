package io.millrace.api.run;

import io.millrace.api.watch.JobLog;
import io.millrace.model.JobEvent;
import io.millrace.store.EventStore;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Position;
import io.millrace.store.RunLogStore;
import io.millrace.store.RunLogStore.Line;
import io.millrace.store.RunLogStore.Output;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunMove;
import io.millrace.workflow.run.RunMoves;
import io.millrace.workflow.run.RunPhase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The logs of runs, as streams and pages have them: events like those of a job, whose {@code jobId}
 * is the run's id and whose {@code type} is the workflow. Thread-safe.
 */
public final class RunEvents implements JobLog {
  /** A node entered a state. */
  public static final String NODE = "NODE";

  private final RunLogStore store;
  private final WorkflowStore workflows;
  private final Plans plans;

  public RunEvents(RunLogStore store, WorkflowStore workflows, Plans plans) {
    this.store = store;
    this.workflows = workflows;
    this.plans = plans;
  }

  @Override
  public List<Head> heads(List<Position> runs) throws SQLException {
    return store.heads(runs);
  }

  @Override
  public List<EventStore.Page> pages(List<Position> positions, int limit) throws SQLException {
    List<EventStore.Page> pages = new ArrayList<>();
    for (RunLogStore.Page page : store.pages(positions, limit)) {
      int after =
          positions.stream()
              .filter(position -> position.id().equals(page.head().id()))
              .findFirst()
              .map(Position::after)
              .orElse(0);
      pages.add(new EventStore.Page(page.head(), events(page, after, limit)));
    }
    return pages;
  }

  private List<JobEvent> events(RunLogStore.Page page, int after, int limit) throws SQLException {
    NodeNumbers numbers = numbers(page).orElse(null);
    List<JobEvent> events = new ArrayList<>();
    for (Line line : page.lines()) {
      int n = line.n();
      for (RunMove move : RunMoves.read(line.moves())) {
        if (n > after && n <= page.last()) {
          events.add(event(page, n, Instant.ofEpochMilli(line.at()), move, numbers));
        }
        n++;
      }
    }
    for (Output output : page.outputs()) {
      if (output.n() > after && output.n() <= page.last()) {
        events.add(event(page, output, numbers));
      }
    }
    events.sort(Comparator.comparingInt(JobEvent::n));
    return List.copyOf(events.subList(0, Math.min(limit, events.size())));
  }

  private Optional<NodeNumbers> numbers(RunLogStore.Page page) throws SQLException {
    return plans
        .of(
            page.workflow(),
            page.version(),
            () -> workflows.definition(page.tenant(), page.workflow(), page.version()))
        .map(advance -> advance.numbers());
  }

  private static JobEvent event(
      RunLogStore.Page page, int n, Instant at, RunMove move, @Nullable NodeNumbers numbers) {
    return switch (move) {
      case RunMove.Entered(RunPhase phase) -> event(page, n, at, phase.name(), 0, null);
      case RunMove.Paused() -> event(page, n, at, "PAUSED", 0, null);
      case RunMove.Resumed() -> event(page, n, at, "RESUMED", 0, null);
      case RunMove.Moved(int node, NodeState state) ->
          event(
              page,
              n,
              at,
              NODE,
              0,
              "{\"node\":\"%s\",\"state\":\"%s\"}".formatted(name(node, numbers), state));
    };
  }

  private static JobEvent event(
      RunLogStore.Page page, Output output, @Nullable NodeNumbers numbers) {
    String piece = output.piece();
    String detail =
        "{\"node\":\"%s\",\"element\":%d,\"round\":%d,\"job\":\"%s\",%s}"
            .formatted(
                name(output.node(), numbers),
                output.element(),
                output.round(),
                output.job(),
                piece == null ? "\"gone\":true" : "\"output\":" + piece);
    return event(page, output.n(), output.at(), JobEvent.OUTPUT, output.attempt(), detail);
  }

  /** Names of nodes need no escaping. Of a run whose definition is gone there are only numbers. */
  private static String name(int node, @Nullable NodeNumbers numbers) {
    return numbers == null || node >= numbers.size()
        ? Integer.toString(node)
        : numbers.node(node).name();
  }

  private static JobEvent event(
      RunLogStore.Page page, int n, Instant at, String kind, int attempt, @Nullable String detail) {
    return new JobEvent(
        page.head().id(), page.tenant(), page.workflow(), n, at, kind, attempt, detail);
  }
}
