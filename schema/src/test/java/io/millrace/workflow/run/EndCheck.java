package io.millrace.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.run.ReferenceRun.End;
import io.millrace.workflow.run.ReferenceRun.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the nodes of a run have ended, held against the reference.
 *
 * @param states of nodes by their names
 * @param saved their outputs that no task holds
 * @param told what a failure shows of the run
 */
record EndCheck(
    Function<String, NodeState> states, Function<String, @Nullable Object> saved, String told) {
  /** Every node is as the reference says. */
  void exactly(Graph graph, Map<String, End> reference) {
    for (PlanNode node : graph.nodes()) {
      End end = reference.get(node.name());
      assertThat(states.apply(node.name()))
          .as("node %s of %s", node.name(), told)
          .isEqualTo(end == null ? NodeState.PENDING : end.state());
    }
  }

  /** Every node that ended is as the reference says, or CANCELLED, and could start. */
  void soFar(Graph graph, Map<String, End> reference, boolean main) {
    Map<String, End> ends = new HashMap<>();
    for (PlanNode node : graph.nodes()) {
      NodeState state = states.apply(node.name());
      if (state != NodeState.PENDING) {
        ends.put(node.name(), new End(state, saved.apply(node.name())));
      }
    }
    for (PlanNode node : graph.nodes()) {
      NodeState state = states.apply(node.name());
      End end = reference.get(node.name());
      Verdict verdict = ReferenceRun.verdict(graph, node, ends, main);
      assertThat(allowed(state, end, verdict))
          .as("node %s %s by %s of %s", node.name(), end, verdict, told)
          .isTrue();
    }
  }

  private static boolean allowed(NodeState state, @Nullable End end, Verdict verdict) {
    return switch (state) {
      case PENDING -> verdict != Verdict.SKIP;
      case ACTIVE -> false;
      case SKIPPED -> verdict != Verdict.WAIT && end != null && end.state() == state;
      case SUCCEEDED, FAILED -> verdict == Verdict.START && end != null && end.state() == state;
      case CANCELLED -> verdict == Verdict.START && end != null && end.state() != NodeState.SKIPPED;
    };
  }
}
