package io.millrace.workflow.diagram;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words in a diagram. */
final class Labels {
  private Labels() {}

  /** What a node does, in a few words. */
  static String of(Work work) {
    return switch (work) {
      case Work.Call call -> call.type();
      case Work.SubRun run -> "workflow " + run.workflow();
      case Work.ForEach each -> "for each: " + of(each.task());
      case Work.While loop -> "while: " + of(loop.task());
      case Work.Signal signal -> "signal";
      case Work.Sleep sleep -> "sleep";
      case Work.Until until -> "until";
      case Work.Switch choice -> "switch";
      case Work.Transform transform -> "transform";
    };
  }

  /** When an edge is taken, empty for the usual. */
  static String of(Edge edge, PlanNode origin) {
    return switch (edge.kind()) {
      case SUCCESS -> "";
      case ERROR -> "error";
      case CASE ->
          origin.work() instanceof Work.Switch choice && edge.branch() == choice.conditions().size()
              ? "default"
              : "case " + (edge.branch() + 1);
    };
  }

  /** The colour of a state, as both formats name it; null for the usual. */
  static @Nullable String colour(Map<String, String> states, PlanNode node) {
    return switch (states.getOrDefault(node.name(), "")) {
      case "SUCCEEDED" -> "palegreen";
      case "FAILED" -> "lightcoral";
      case "ACTIVE" -> "lightskyblue";
      case "SKIPPED", "CANCELLED" -> "lightgrey";
      default -> null;
    };
  }

  /** The lines of a node: its name, its work, its state when it has one. */
  static String text(PlanNode node, Map<String, String> states, String lineBreak) {
    String state = states.get(node.name());
    return node.name() + lineBreak + of(node.work()) + (state == null ? "" : lineBreak + state);
  }
}
