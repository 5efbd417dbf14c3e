package io.millrace.api.run;

import io.millrace.model.RunView;
import io.millrace.store.RunLogStore.Line;
import io.millrace.store.RunStore.Task;
import io.millrace.store.RunTurnStore.Waiting;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run with the state of each of its nodes, by their names.
 *
 * @param waits the place it waits for, or null
 * @param usage null when its definition is gone
 */
public record RunDetail(
    RunView run, Map<String, Node> nodes, @Nullable Waiting waits, @Nullable RunUsage usage) {
  RunDetail(RunView run, Map<String, Node> nodes, @Nullable RunUsage usage) {
    this(run, nodes, null, usage);
  }

  /** The same, waiting for a place. */
  RunDetail waiting(@Nullable Waiting place) {
    return new RunDetail(run, nodes, place, usage);
  }

  /**
   * A node of a run.
   *
   * @param tasks how many of its tasks are in each state
   * @param job its one job; null when it had none or several
   * @param run its one run; null when it had none or several
   * @param attempts starts of all its tasks
   * @param startedAt when it started first
   * @param finishedAt when it ended last; null while it goes on
   * @param taken names of the nodes to which the ways from it were taken
   * @param errorKind its own when it has FAILED, otherwise that of its latest task that failed
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
      List<String> taken,
      @Nullable String errorKind,
      @Nullable String errorMessage,
      boolean reused) {}

  static RunDetail of(RunFacts facts, List<Task> tasks, List<Line> log) {
    Map<String, Node> nodes = new LinkedHashMap<>();
    NodeViews views = new NodeViews(facts, tasks, new NodeTimes(log));
    for (int number = 0; number < facts.numbers().size(); number++) {
      nodes.put(facts.numbers().node(number).name(), views.of(number));
    }
    return new RunDetail(facts.run(), nodes, RunUsage.of(tasks, facts.run().asOf()));
  }
}
