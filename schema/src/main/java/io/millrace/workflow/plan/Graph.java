package io.millrace.workflow.plan;

import java.util.List;

/**
 * Nodes without a cycle.
 *
 * @param nodes each at its index
 * @param order the indices so that every edge leads to a later one
 */
public record Graph(List<PlanNode> nodes, List<Integer> order) {
  public static final Graph EMPTY = new Graph(List.of(), List.of());
}
