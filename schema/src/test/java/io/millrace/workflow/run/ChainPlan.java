package io.millrace.workflow.run;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.NodeOptions;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.run.Sketch.NodeSketch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A long chain, put together without looking for each name in all others. */
final class ChainPlan {
  private ChainPlan() {}

  static Plan of(NodeSketch... nodes) {
    List<PlanNode> made = new ArrayList<>();
    for (int i = 0; i < nodes.length; i++) {
      Edge edge = new Edge(i, i + 1, Edge.Kind.SUCCESS, Edge.NO_BRANCH);
      made.add(
          new PlanNode(
              i,
              nodes[i].name,
              nodes[i].work,
              nodes[i].join,
              nodes[i].when,
              nodes[i].onError,
              NodeOptions.NONE,
              i == nodes.length - 1 ? List.of() : List.of(edge),
              i == 0 ? 0 : 1));
    }
    Graph graph = new Graph(made, IntStream.range(0, nodes.length).boxed().toList());
    return new Plan("chain", "0", graph, Graph.EMPTY, null, null, null, null);
  }
}
