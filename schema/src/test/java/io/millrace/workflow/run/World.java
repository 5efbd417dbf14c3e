package io.millrace.workflow.run;

import io.millrace.workflow.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan and what becomes of its tasks: a fixed function of node, element, round and payload, so
 * that it does not matter when they end. What failed a run works from its next retry on.
 */
final class World {
  /** How likely the tasks of a node fail, of 100; of a signal: how likely none comes. */
  final Map<String, Integer> failing = new HashMap<>();

  final Plan plan;

  /** By life, from 1: the nodes whose tasks no longer fail. */
  private final List<Set<String>> healed = new ArrayList<>();

  World(Plan plan) {
    this.plan = plan;
    healed.add(Set.of());
  }

  TaskOutcome outcome(String node, int element, int turn, @Nullable Object payload, int life) {
    return fails(node, element + 31 * turn, life)
        ? FakeRun.failed()
        : new TaskOutcome.Succeeded(hash(node, element, turn, String.valueOf(payload)));
  }

  boolean fails(String node, int which, int life) {
    return !healed(life).contains(node)
        && Math.floorMod(hash(node, which), 100) < failing.getOrDefault(node, 0);
  }

  private Set<String> healed(int life) {
    while (healed.size() < life) {
      Set<String> more = new HashSet<>(healed.getLast());
      more.addAll(new ReferenceRun(this, healed.size()).fatal());
      healed.add(more);
    }
    return healed.get(life - 1);
  }

  /** A number that depends on all of it. */
  static long hash(@Nullable Object... parts) {
    long mixed = Objects.hash(parts) * 0x9E3779B97F4A7C15L;
    return (mixed ^ mixed >>> 29) % 1_000_003;
  }
}
