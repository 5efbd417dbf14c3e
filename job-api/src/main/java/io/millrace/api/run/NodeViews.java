package io.millrace.api.run;

import io.millrace.api.run.RunDetail.Node;
import io.millrace.model.RunView;
import io.millrace.store.RunStore.Task;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.NodeState;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The nodes of one run, put together from what was read. */
final class NodeViews {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RunFacts facts;
  private final NodeTimes times;
  private final Map<Integer, List<Task>> tasks;
  private final Map<Integer, Integer> chosen;
  private final Map<Integer, String> errors;

  NodeViews(RunFacts facts, List<Task> tasks, NodeTimes times) {
    this.facts = facts;
    this.times = times;
    this.tasks = tasks.stream().collect(Collectors.groupingBy(Task::node));
    this.chosen = facts.chosen();
    this.errors = facts.errors();
  }

  Node of(int number) {
    NodeState state = facts.state().node(number);
    List<Task> own = tasks.getOrDefault(number, List.of());
    Task only = own.size() == 1 ? own.getFirst() : null;
    Failed failed = failed(number, state, own);
    return new Node(
        state.name(),
        counts(own),
        only == null || only.run() ? null : only.id(),
        only != null && only.run() ? only.id() : null,
        own.stream().mapToInt(Task::attempt).sum(),
        started(number, own),
        state.isEnded() ? ended(number, own) : null,
        taken(number),
        failed == null ? null : failed.kind,
        failed == null ? null : failed.message,
        reused(number));
  }

  private boolean reused(int number) {
    RunView.Rerun rerun = facts.run().rerun();
    return rerun != null && rerun.reused().get(number);
  }

  private static Map<String, Integer> counts(List<Task> own) {
    return own.stream()
        .collect(
            Collectors.toMap(
                task -> Objects.requireNonNullElse(task.state(), "GONE"),
                task -> 1,
                Integer::sum,
                LinkedHashMap::new));
  }

  /** By the log; by the tasks in a run that was made before there were logs. */
  private @Nullable Instant started(int number, List<Task> own) {
    Instant logged = times.started(number);
    return logged != null
        ? logged
        : own.stream()
            .map(Task::startedAt)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null);
  }

  private @Nullable Instant ended(int number, List<Task> own) {
    Instant logged = times.ended(number);
    return logged != null
        ? logged
        : own.stream()
            .map(Task::finishedAt)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
  }

  private List<String> taken(int number) {
    NodeNumbers numbers = facts.numbers();
    return facts.taken(number, chosen).stream()
        .map(way -> numbers.node(numbers.target(number, way.to())).name())
        .distinct()
        .toList();
  }

  private record Failed(@Nullable String kind, @Nullable String message) {}

  /** A node may have failed without a task: when none could be made for it. */
  private @Nullable Failed failed(int number, NodeState state, List<Task> own) {
    String kept = state == NodeState.FAILED ? errors.get(number) : null;
    if (kept != null) {
      JsonNode error = JSON.readTree(kept);
      return new Failed(error.path("kind").asString(), error.path("message").asString());
    }
    return own.stream()
        .filter(task -> task.errorKind() != null)
        .reduce((first, later) -> later)
        .map(task -> new Failed(task.errorKind(), task.errorMessage()))
        .orElse(null);
  }
}
