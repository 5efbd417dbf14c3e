package io.millrace.ops.workflow;

import io.millrace.model.Tenant;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Failure;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.Outputs;
import io.millrace.workflow.run.TaskOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the expressions of a virtual run read. */
final class MemoryOutputs implements Outputs {
  /** Of every virtual run, so that what contains it can be expected. */
  static final String RUN_ID = "00000000-0000-7000-8000-000000000000";

  private final NodeNumbers numbers;
  private final @Nullable Object input;
  private final Map<String, @Nullable Object> run;
  private final Map<Integer, @Nullable Object> saved = new HashMap<>();
  private final Map<Integer, Failure> errors = new HashMap<>();

  /** Results by node, then element, then round. */
  private final Map<Integer, TreeMap<Integer, TreeMap<Integer, TaskOutcome>>> results =
      new HashMap<>();

  MemoryOutputs(Plan plan, NodeNumbers numbers, @Nullable Object input, Instant startedAt) {
    this.numbers = numbers;
    this.input = input;
    this.run =
        Map.of(
            "id",
            RUN_ID,
            "tenant",
            Tenant.DEFAULT,
            "workflow",
            plan.workflow(),
            "version",
            plan.version(),
            "startedAt",
            startedAt.toString());
  }

  void ended(Agenda.Task task, TaskOutcome outcome) {
    results
        .computeIfAbsent(task.node(), node -> new TreeMap<>())
        .computeIfAbsent(task.element(), element -> new TreeMap<>())
        .put(task.round(), outcome);
  }

  void save(int node, @Nullable Object output) {
    saved.put(node, output);
  }

  void saveError(int node, Failure failure) {
    errors.put(node, failure);
  }

  @Override
  public @Nullable Object input() {
    return input;
  }

  @Override
  public Map<String, @Nullable Object> run() {
    return run;
  }

  @Override
  public @Nullable Object output(int node) {
    if (saved.containsKey(node)) {
      return saved.get(node);
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (TreeMap<Integer, TaskOutcome> rounds :
        results.getOrDefault(node, new TreeMap<>()).values()) {
      values.add(value(rounds.lastEntry().getValue()));
    }
    if (numbers.node(node).work() instanceof Work.ForEach) {
      return values;
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  @Override
  public @Nullable Object ofRound(int node, int round) {
    TreeMap<Integer, TaskOutcome> rounds =
        results.getOrDefault(node, new TreeMap<>()).getOrDefault(0, new TreeMap<>());
    return value(rounds.get(round));
  }

  private static @Nullable Object value(@Nullable TaskOutcome outcome) {
    return outcome instanceof TaskOutcome.Succeeded(Object output) ? output : null;
  }

  @Override
  public @Nullable Failure error(int node) {
    return errors.get(node);
  }
}
