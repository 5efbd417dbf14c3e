package io.millrace.workflow.profile;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunMove;
import io.millrace.workflow.run.RunPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The lives of a run's nodes by its log, and what each of them came from. */
final class Lives {
  private final NodeNumbers numbers;
  private final List<LoggedMove> log;
  private final List<Life> all = new ArrayList<>();
  private final @Nullable Life[] ofMove;
  private final List<TreeSet<Integer>> ends = new ArrayList<>();
  private final List<List<Integer>> before = new ArrayList<>();
  private final TreeMap<Integer, RunPhase> phases = new TreeMap<>();

  Lives(NodeNumbers numbers, List<LoggedMove> log) {
    this.numbers = numbers;
    this.log = log;
    this.ofMove = new Life[log.size()];
    for (int node = 0; node < numbers.size(); node++) {
      ends.add(new TreeSet<>());
      before.add(new ArrayList<>());
    }
    for (int node = 0; node < numbers.size(); node++) {
      PlanNode origin = numbers.node(node);
      for (Edge way : origin.out()) {
        before.get(numbers.target(node, way.to())).add(node);
      }
    }
    read();
  }

  private void read() {
    @Nullable Integer[] open = new Integer[numbers.size()];
    for (int index = 0; index < log.size(); index++) {
      switch (log.get(index).move()) {
        case RunMove.Moved(int node, NodeState state) -> {
          Integer first = open[node];
          if (state == NodeState.ACTIVE) {
            open[node] = index;
          } else if (state.isEnded()) {
            add(new Life(node, first == null ? index : first, index));
            open[node] = null;
          }
        }
        case RunMove.Entered(RunPhase phase) -> phases.put(index, phase);
        case RunMove.Paused paused -> {}
        case RunMove.Resumed resumed -> {}
      }
    }
    for (int node = 0; node < open.length; node++) {
      Integer first = open[node];
      if (first != null) {
        add(new Life(node, first, null));
      }
    }
  }

  private void add(Life life) {
    all.add(life);
    ofMove[life.first()] = life;
    Integer last = life.last();
    if (last != null) {
      ofMove[last] = life;
      ends.get(life.node()).add(last);
    }
  }

  /** All of them: those that have ended in the order of their ends, then those that go on. */
  List<Life> all() {
    return all;
  }

  /** The life that starts or ends with a move; null when it is another kind of move. */
  @Nullable Life at(int index) {
    return ofMove[index];
  }

  /** Whether a move is one of the run from phase to phase. */
  boolean isPhase(int index) {
    return phases.containsKey(index);
  }

  /** Index of the last move of all by which the run ended; null when it never did. */
  @Nullable Integer end() {
    for (Integer index : phases.descendingKeySet()) {
      if (phases.getOrDefault(index, RunPhase.NEW).isFinal()) {
        return index;
      }
    }
    return null;
  }

  /**
   * What let a life start: the end of the latest of the nodes before it, or the phase of the run in
   * which it may start, whichever came later. An index, or -1 for none.
   */
  int cause(Life life) {
    int latest = opened(life);
    for (int node : before.get(life.node())) {
      Integer end = ends.get(node).lower(life.first());
      if (end != null) {
        latest = Math.max(latest, end);
      }
    }
    return latest;
  }

  private int opened(Life life) {
    RunPhase wanted = numbers.inMain(life.node()) ? RunPhase.OPEN : RunPhase.COMPENSATING;
    for (Integer index = phases.lowerKey(life.first());
        index != null;
        index = phases.lowerKey(index)) {
      RunPhase phase = phases.getOrDefault(index, RunPhase.NEW);
      if (phase == wanted || phase.isFinal()) {
        return index; // In a run that has failed a node may still be skipped.
      }
    }
    return -1;
  }

  /**
   * The latest end of a node, or phase of the run, before a move of the run itself; -1 for none.
   */
  int causeOfPhase(int index) {
    for (int earlier = index - 1; earlier >= 0; earlier--) {
      Life life = ofMove[earlier];
      boolean ended = life != null && life.last() != null && life.last() == earlier;
      if (ended || phases.containsKey(earlier)) {
        return earlier;
      }
    }
    return -1;
  }
}
