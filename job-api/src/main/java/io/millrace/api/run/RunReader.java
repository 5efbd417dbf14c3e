package io.millrace.api.run;

import io.millrace.model.RunView;
import io.millrace.store.RunStore;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.diagram.Dot;
import io.millrace.workflow.diagram.Mermaid;
import io.millrace.workflow.diagram.Way;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.profile.Profiler;
import io.millrace.workflow.profile.RunProfile;
import io.millrace.workflow.profile.TaskTimes;
import io.millrace.workflow.run.Advance;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunState;
import io.millrace.workflow.run.RunStateCodec;
import io.millrace.workflow.run.TakenWays;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Shows runs: their nodes, their diagrams, where their time went. Thread-safe. */
public final class RunReader {
  /** Most tasks that are looked at of a run. */
  private static final int MAX_TASKS = 50_000;

  private final RunStore store;
  private final WorkflowStore workflows;
  private final Plans plans;

  public RunReader(RunStore store, WorkflowStore workflows, Plans plans) {
    this.store = store;
    this.workflows = workflows;
    this.plans = plans;
  }

  /** The languages of diagrams. */
  public enum Format {
    MERMAID,
    DOT
  }

  /** A run whose definition may be gone. */
  private record Found(RunView run, @Nullable RunFacts facts) {}

  /** One run with its nodes; without them when its definition is gone. */
  public Optional<RunDetail> detail(String tenant, UUID id) throws SQLException {
    Found found = find(tenant, id);
    if (found == null) {
      return Optional.empty();
    }
    RunFacts facts = found.facts;
    return Optional.of(
        facts == null
            ? new RunDetail(found.run, Map.of(), null)
            : RunDetail.of(facts, store.tasks(id, MAX_TASKS), store.moves(id)));
  }

  /** The diagram of a run's plan with the states of its nodes; empty when the plan is gone. */
  public Optional<String> graph(String tenant, UUID id, Format format) throws SQLException {
    Found found = find(tenant, id);
    RunFacts facts = found == null ? null : found.facts;
    if (facts == null) {
      return Optional.empty();
    }
    NodeNumbers numbers = facts.numbers();
    Map<Integer, Integer> chosen = facts.chosen();
    Map<String, String> states = new HashMap<>();
    Set<Way> taken = new HashSet<>();
    for (int number = 0; number < numbers.size(); number++) {
      String name = numbers.node(number).name();
      states.put(name, facts.state().node(number).name());
      facts.taken(number, chosen).forEach(way -> taken.add(new Way(name, way)));
    }
    return Optional.of(
        switch (format) {
          case MERMAID -> Mermaid.of(facts.plan(), states, taken::contains);
          case DOT -> Dot.of(facts.plan(), states, taken::contains);
        });
  }

  /**
   * Where a run's time went.
   *
   * @param asOf when that was, of one that has not ended
   */
  public record Profiled(RunView run, NodeNumbers numbers, RunProfile profile, Instant asOf) {}

  /** The profile of a run; empty when its plan is gone. */
  public Optional<Profiled> profile(String tenant, UUID id) throws SQLException {
    Found found = find(tenant, id);
    RunFacts facts = found == null ? null : found.facts;
    if (facts == null) {
      return Optional.empty();
    }
    RunView run = facts.run();
    Instant end = Objects.requireNonNullElse(run.finishedAt(), run.asOf());
    List<TaskTimes> times =
        store.tasks(id, MAX_TASKS).stream()
            .map(task -> RunUsage.times(task, end))
            .filter(Objects::nonNull)
            .toList();
    return Optional.of(
        new Profiled(
            run,
            facts.numbers(),
            Profiler.of(
                facts.numbers(),
                NodeTimes.moves(store.moves(id)),
                times,
                RunUsage.rounded(run.createdAt()),
                Math.max(RunUsage.rounded(run.createdAt()), RunUsage.rounded(end))),
            end));
  }

  private @Nullable Found find(String tenant, UUID id) throws SQLException {
    RunView run = store.find(tenant, id).orElse(null);
    if (run == null) {
      return null;
    }
    Optional<Advance> plan =
        plans.of(
            run.workflow(),
            run.version(),
            () -> workflows.definition(tenant, run.workflow(), run.version()));
    byte[] progress = run.progress();
    if (plan.isEmpty() || (progress != null && progress.length == 0)) {
      return new Found(run, null);
    }
    NodeNumbers numbers = plan.get().numbers();
    RunState state =
        progress == null ? plan.get().fresh() : RunStateCodec.decode(numbers, progress);
    return new Found(
        run,
        new RunFacts(
            run, plan.get().plan(), numbers, state, store.values(id, TakenWays.switches(numbers))));
  }
}
