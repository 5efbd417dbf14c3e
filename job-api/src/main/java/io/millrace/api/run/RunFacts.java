package io.millrace.api.run;

import io.millrace.model.RunView;
import io.millrace.store.RunChange;
import io.millrace.store.RunStore.Value;
import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunState;
import io.millrace.workflow.run.TakenWays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run with its plan, where its nodes are, and what was kept of them.
 *
 * @param values errors, and the outputs of switches
 */
record RunFacts(RunView run, Plan plan, NodeNumbers numbers, RunState state, List<Value> values) {
  /** The branches that switches have chosen. */
  Map<Integer, Integer> chosen() {
    Map<Integer, Integer> chosen = new HashMap<>();
    for (Value value : values) {
      if (value.kind() == RunChange.Kind.OUTPUT && value.value().matches("[0-9]{1,9}")) {
        chosen.put(value.node(), Integer.parseInt(value.value()));
      }
    }
    return chosen;
  }

  /** The ways from a node that were taken. */
  List<Edge> taken(int node, Map<Integer, Integer> chosen) {
    return TakenWays.of(numbers, state, node, chosen);
  }

  /** The errors that were kept, JSON text, by the nodes' numbers. */
  Map<Integer, String> errors() {
    Map<Integer, String> errors = new HashMap<>();
    for (Value value : values) {
      if (value.kind() == RunChange.Kind.ERROR) {
        errors.put(value.node(), value.value());
      }
    }
    return errors;
  }
}
