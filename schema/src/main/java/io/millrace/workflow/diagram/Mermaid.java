package io.millrace.workflow.diagram;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.Map;
import java.util.function.Predicate;

/** Draws a plan in the language of Mermaid (mermaid.js.org). */
public final class Mermaid {
  private final Map<String, String> states;
  private final Predicate<Way> taken;
  private final StringBuilder out = new StringBuilder("flowchart TD\n");
  private int ways;

  private Mermaid(Map<String, String> states, Predicate<Way> taken) {
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
    Mermaid mermaid = new Mermaid(states, taken);
    mermaid.graph(plan.main(), "n");
    if (!plan.compensation().nodes().isEmpty()) {
      mermaid.out.append("  subgraph onFailure\n");
      mermaid.graph(plan.compensation(), "f");
      mermaid.out.append("  end\n");
    }
    return mermaid.out.toString();
  }

  private void graph(Graph graph, String prefix) {
    for (PlanNode node : graph.nodes()) {
      node(node, prefix + node.index());
    }
    for (PlanNode node : graph.nodes()) {
      for (Edge edge : node.out()) {
        String label = Labels.of(edge, node);
        String arrow = edge.kind() == Edge.Kind.ERROR ? "-.->" : "-->";
        out.append("  ").append(prefix).append(edge.from()).append(' ').append(arrow);
        out.append(label.isEmpty() ? "" : "|" + label + "|");
        out.append(' ').append(prefix).append(edge.to()).append('\n');
        if (taken.test(new Way(node.name(), edge))) {
          // Mermaid counts the ways in the order they are written.
          out.append("  linkStyle ").append(ways).append(" stroke:forestgreen,stroke-width:3px\n");
        }
        ways++;
      }
    }
  }

  private void node(PlanNode node, String id) {
    String text = "\"" + escaped(Labels.text(node, states, "<br/>")) + "\"";
    out.append("  ").append(id);
    out.append(node.work() instanceof Work.Switch ? "{" + text + "}" : "[" + text + "]");
    out.append('\n');
    String colour = Labels.colour(states, node);
    if (colour != null) {
      out.append("  style ").append(id).append(" fill:").append(colour).append('\n');
    }
  }

  private static String escaped(String text) {
    return text.replace("\"", "#quot;");
  }
}
