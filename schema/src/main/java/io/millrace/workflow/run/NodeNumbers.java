package io.millrace.workflow.run;

import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The numbers by which a run knows the nodes of its plan: those of {@code main} by their index,
 * then those of {@code compensation}.
 */
public final class NodeNumbers {
  /** Stands for the run itself where no node is meant. */
  public static final int RUN = -1;

  private final PlanNode[] nodes;
  private final int main;
  private final Map<String, Integer> byName;

  public NodeNumbers(Plan plan) {
    List<PlanNode> first = plan.main().nodes();
    List<PlanNode> second = plan.compensation().nodes();
    main = first.size();
    nodes = new PlanNode[main + second.size()];
    byName = HashMap.newHashMap(nodes.length);
    for (int number = 0; number < nodes.length; number++) {
      nodes[number] = number < main ? first.get(number) : second.get(number - main);
      byName.put(nodes[number].name(), number);
    }
  }

  /** How many nodes both graphs have. */
  public int size() {
    return nodes.length;
  }

  /** The node with this number. */
  public PlanNode node(int number) {
    return nodes[number];
  }

  /** The number of the node with this name; empty when there is none. */
  public OptionalInt number(String name) {
    Integer number = byName.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** Whether it is a node of {@code main} and not of the compensation. */
  public boolean inMain(int number) {
    return number < main;
  }

  /** The number of a node that an edge from {@code from} leads to. */
  public int target(int from, int index) {
    return inMain(from) ? index : main + index;
  }

  /** The first number of the graph. */
  int first(boolean mainGraph) {
    return mainGraph ? 0 : main;
  }

  /** The number after the last of the graph. */
  int end(boolean mainGraph) {
    return mainGraph ? main : nodes.length;
  }
}
