package io.millrace.api.run;

import io.millrace.model.RunView;
import io.millrace.store.RunStore.Task;
import io.millrace.store.RunTurnStore.Waiting;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunState;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run with the state of each of its nodes, by their names.
 *
 * @param waits the place it waits for, or null
 */
public record RunDetail(RunView run, Map<String, Node> nodes, @Nullable Waiting waits) {
  RunDetail(RunView run, Map<String, Node> nodes) {
    this(run, nodes, null);
  }

  /** The same, waiting for a place. */
  RunDetail waiting(@Nullable Waiting place) {
    return new RunDetail(run, nodes, place);
  }

  /**
   * A node of a run.
   *
   * @param tasks how many of its tasks are in each state
   * @param job its one job; null when it had none or several
   * @param run its one run; null when it had none or several
   * @param attempts starts of all its tasks
   * @param errorKind that of its latest task that failed, or null
   * @param reused whether it was taken over from another run
   */
  public record Node(
      String state,
      Map<String, Integer> tasks,
      @Nullable UUID job,
      @Nullable UUID run,
      int attempts,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable String errorKind,
      @Nullable String errorMessage,
      boolean reused) {}

  static RunDetail of(RunView run, NodeNumbers numbers, RunState state, List<Task> tasks) {
    Map<Integer, List<Task>> byNode = tasks.stream().collect(Collectors.groupingBy(Task::node));
    RunView.Rerun rerun = run.rerun();
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (int number = 0; number < numbers.size(); number++) {
      nodes.put(
          numbers.node(number).name(),
          node(
              state.node(number),
              byNode.getOrDefault(number, List.of()),
              rerun != null && rerun.reused().get(number)));
    }
    return new RunDetail(run, nodes);
  }

  private static Node node(NodeState state, List<Task> tasks, boolean reused) {
    Task only = tasks.size() == 1 ? tasks.getFirst() : null;
    Task failed =
        tasks.stream()
            .filter(task -> task.errorKind() != null)
            .reduce((first, later) -> later)
            .orElse(null);
    return new Node(
        state.name(),
        tasks.stream()
            .collect(
                Collectors.toMap(
                    task -> Objects.requireNonNullElse(task.state(), "GONE"),
                    task -> 1,
                    Integer::sum,
                    LinkedHashMap::new)),
        only == null || only.run() ? null : only.id(),
        only != null && only.run() ? only.id() : null,
        tasks.stream().mapToInt(Task::attempt).sum(),
        tasks.stream()
            .map(Task::startedAt)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null),
        state.isEnded()
            ? tasks.stream()
                .map(Task::finishedAt)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null)
            : null,
        failed == null ? null : failed.errorKind(),
        failed == null ? null : failed.errorMessage(),
        reused);
  }
}
