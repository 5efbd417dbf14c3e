package io.millrace.workflow.diagram;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Draws a plan in DOT, the language of Graphviz. */
public final class Dot {
  private final Map<String, String> states;
  private final Predicate<Way> taken;
  private final StringBuilder out = new StringBuilder();

  private Dot(Map<String, String> states, Predicate<Way> taken) {
    this.states = states;
    this.taken = taken;
  }

  /** The text of a plan, of which no run has taken a way; see {@link #of(Plan, Map, Predicate)}. */
  public static String of(Plan plan, Map<String, String> states) {
    return of(plan, states, way -> false);
  }

  /**
   * The text of a plan.
   *
   * @param states of the nodes of a run by their names; those without one are drawn without
   * @param taken which ways a run has taken
   */
  public static String of(Plan plan, Map<String, String> states, Predicate<Way> taken) {
    Dot dot = new Dot(states, taken);
    dot.out.append("digraph ").append(quoted(plan.workflow())).append(" {\n  node [shape=box];\n");
    dot.graph(plan.main(), "  ");
    if (!plan.compensation().nodes().isEmpty()) {
      dot.out.append("  subgraph cluster_onFailure {\n    label=onFailure;\n");
      dot.graph(plan.compensation(), "    ");
      dot.out.append("  }\n");
    }
    return dot.out.append("}\n").toString();
  }

  private void graph(Graph graph, String indent) {
    for (PlanNode node : graph.nodes()) {
      out.append(indent).append(quoted(node.name()));
      out.append(" [label=").append(quoted(Labels.text(node, states, "\n")));
      out.append(node.work() instanceof Work.Switch ? ", shape=diamond" : "");
      String colour = Labels.colour(states, node);
      out.append(colour == null ? "" : ", style=filled, fillcolor=" + colour).append("];\n");
    }
    for (PlanNode node : graph.nodes()) {
      node.out().forEach(edge -> edge(graph, node, edge, indent));
    }
  }

  private void edge(Graph graph, PlanNode origin, Edge edge, String indent) {
    out.append(indent).append(quoted(origin.name())).append(" -> ");
    out.append(quoted(graph.nodes().get(edge.to()).name()));
    List<String> attributes = new ArrayList<>();
    String label = Labels.of(edge, origin);
    if (!label.isEmpty()) {
      attributes.add("label=" + quoted(label));
    }
    if (edge.kind() == Edge.Kind.ERROR) {
      attributes.add("style=dashed");
    }
    if (taken.test(new Way(origin.name(), edge))) {
      attributes.add("color=forestgreen");
      attributes.add("penwidth=2.5");
    }
    out.append(attributes.isEmpty() ? "" : " [" + String.join(", ", attributes) + "]");
    out.append(";\n");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
