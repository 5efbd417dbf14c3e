package io.millrace.workflow.run;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which of the ways from a node are taken, once it has ended. */
public final class TakenWays {
  private TakenWays() {}

  /** The numbers of the nodes with a switch: what they chose is their output. */
  public static List<Integer> switches(NodeNumbers numbers) {
    List<Integer> switches = new ArrayList<>();
    for (int node = 0; node < numbers.size(); node++) {
      if (numbers.node(node).work() instanceof Work.Switch) {
        switches.add(node);
      }
    }
    return switches;
  }

  /**
   * The ways from a node that are taken in a state of the run.
   *
   * @param chosen the branches that switches have chosen, by their numbers
   */
  public static List<Edge> of(
      NodeNumbers numbers, RunState state, int node, Map<Integer, Integer> chosen) {
    PlanNode origin = numbers.node(node);
    int branch = chosen.getOrDefault(node, Edge.NO_BRANCH);
    return origin.out().stream()
        .filter(way -> isTaken(origin, state.node(node), way, branch))
        .toList();
  }

  static boolean isTaken(PlanNode origin, NodeState how, Edge way, int chosen) {
    return switch (how) {
      case SUCCEEDED ->
          switch (way.kind()) {
            case SUCCESS -> true;
            case ERROR -> false;
            case CASE -> way.branch() == chosen;
          };
      case FAILED ->
          switch (origin.onError()) {
            case OnError.Fail() -> false;
            case OnError.GoOn goOn -> way.kind() == Edge.Kind.SUCCESS;
            case OnError.Branch branch -> way.kind() == Edge.Kind.ERROR;
          };
      case PENDING, ACTIVE, SKIPPED, CANCELLED -> false;
    };
  }
}
