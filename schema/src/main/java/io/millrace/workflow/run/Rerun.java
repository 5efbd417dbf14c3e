package io.millrace.workflow.run;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a new run begins that takes over what another one has finished. Nodes are found again by
 * their names; each of the two runs may go by a plan of its own.
 */
public final class Rerun {
  private final NodeNumbers numbers;
  private final RunState state;
  private final NodeNumbers earlier;
  private final RunState before;
  private final SortedMap<Integer, Integer> reused = new TreeMap<>();

  private Rerun(Advance target, Advance source, RunState before) {
    this.numbers = target.numbers();
    this.state = target.fresh();
    this.earlier = source.numbers();
    this.before = before;
  }

  /**
   * The beginning of a run.
   *
   * @param state it waits for {@link RunEvent.Started}
   * @param reused the numbers of the nodes that it takes over, with those in the earlier run
   */
  public record Beginning(RunState state, SortedMap<Integer, Integer> reused) {}

  /**
   * Works out how a run begins.
   *
   * @param again numbers of nodes of the target that run again, with all that lies behind them
   * @param before where the earlier run is
   * @param outputs of the earlier run
   */
  public static Beginning of(
      Advance target, Set<Integer> again, Advance source, RunState before, Outputs outputs) {
    Rerun rerun = new Rerun(target, source, before);
    rerun.takeOver(rerun.behind(again));
    rerun.decideWays(target, outputs);
    return new Beginning(rerun.state, rerun.reused);
  }

  /** These nodes and all that some way leads to from them. */
  private BitSet behind(Set<Integer> again) {
    BitSet behind = new BitSet(numbers.size());
    Deque<Integer> next = new ArrayDeque<>(again);
    for (Integer node = next.poll(); node != null; node = next.poll()) {
      if (!behind.get(node)) {
        behind.set(node);
        for (Edge way : numbers.node(node).out()) {
          next.add(numbers.target(node, way.to()));
        }
      }
    }
    return behind;
  }

  private void takeOver(BitSet behind) {
    for (int node = 0; node < numbers.end(true); node++) {
      OptionalInt known = earlier.number(numbers.node(node).name());
      if (!behind.get(node)
          && known.isPresent()
          && earlier.inMain(known.getAsInt())
          && isFinished(numbers.node(node), before.node(known.getAsInt()))) {
        state.node(node, before.node(known.getAsInt()));
        reused.put(node, known.getAsInt());
      }
    }
  }

  private static boolean isFinished(PlanNode node, NodeState how) {
    return switch (how) {
      case SUCCEEDED, SKIPPED -> true;
      case FAILED -> !(node.onError() instanceof OnError.Fail);
      case PENDING, ACTIVE, CANCELLED -> false;
    };
  }

  private void decideWays(Advance target, Outputs outputs) {
    Endings endings = new Endings(new Transition(target.plan(), state, outputs));
    for (int node : target.plan().main().order()) {
      Integer source = reused.get(node);
      if (source != null) {
        endings.decideAsBefore(node, branch(node, source, outputs));
      }
    }
  }

  private int branch(int node, int source, Outputs outputs) {
    return numbers.node(node).work() instanceof Work.Switch
            && state.node(node) == NodeState.SUCCEEDED
            && outputs.output(source) instanceof Number chosen
        ? chosen.intValue()
        : Edge.NO_BRANCH;
  }
}
