package io.millrace.workflow.diagram;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.Map;

/** Draws a plan in the language of Mermaid (mermaid.js.org). */
public final class Mermaid {
  private final Map<String, String> states;
  private final StringBuilder out = new StringBuilder("flowchart TD\n");

  private Mermaid(Map<String, String> states) {
    this.states = states;
  }

  /**
   * The text of a plan.
   *
   * @param states of the nodes of a run by their names; those without one are drawn without
   */
  public static String of(Plan plan, Map<String, String> states) {
    Mermaid mermaid = new Mermaid(states);
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
