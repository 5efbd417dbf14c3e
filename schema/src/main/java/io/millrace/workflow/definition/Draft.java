package io.millrace.workflow.definition;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.NodeOptions;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.Work;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node as it is written, before names are looked up.
 *
 * @param at its pointer
 * @param work null when it is at fault
 * @param join how many ways must be taken; null for all of them
 * @param onError null when the way of {@code links} with kind ERROR is taken
 * @param links the ways to it by {@code needs}, and from it by {@code switch} and {@code goto}
 * @param reads the nodes its expressions read
 */
record Draft(
    String name,
    String at,
    @Nullable Work work,
    @Nullable Integer join,
    @Nullable Expression when,
    @Nullable OnError onError,
    NodeOptions options,
    List<Link> links,
    List<Read> reads) {
  /** How many ways the node names. */
  int ways() {
    return links.size();
  }

  /**
   * A way between this node and a named one.
   *
   * @param other the node at the other end
   * @param kind SUCCESS leads from the other here, the others lead there
   * @param pointer where it is written
   */
  record Link(String other, Edge.Kind kind, int branch, String pointer) {}

  /** What an expression reads. */
  record Read(Set<String> nodes, String pointer) {}
}
