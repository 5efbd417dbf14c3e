package io.millrace.ops.workflow;

import io.millrace.document.Fields;
import io.millrace.document.Names;
import io.millrace.document.NearName;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.NodeNumbers;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Looks up nodes that a file of cases names; a name that is none is a fault. */
final class NodeNames {
  private final NodeNumbers numbers;
  private final Set<String> names = new HashSet<>();

  NodeNames(Plan plan) {
    numbers = new NodeNumbers(plan);
    IntStream.range(0, numbers.size()).forEach(n -> names.add(numbers.node(n).name()));
  }

  /** The node of a member of a map by nodes' names. */
  Optional<PlanNode> key(Fields map, String name) {
    return find(map, name, name);
  }

  /** The node that a field names. */
  Optional<PlanNode> value(Fields fields, String field) {
    return fields.text(field).flatMap(name -> find(fields, field, name));
  }

  private Optional<PlanNode> find(Fields fields, String field, String name) {
    OptionalInt number = numbers.number(name);
    if (number.isEmpty()) {
      String near = NearName.of(name, names).map(n -> "; did you mean " + n + "?").orElse("");
      fields.fault(field, "the definition has no node " + Names.shown(name) + near);
      return Optional.empty();
    }
    return Optional.of(numbers.node(number.getAsInt()));
  }

  int number(PlanNode node) {
    return numbers.number(node.name()).orElseThrow();
  }

  /** The object in a field; what is none is a fault. */
  static Optional<Fields> object(Fields fields, String field, String what) {
    JsonNode given = fields.object().get(field);
    if (given == null) {
      return Optional.empty();
    }
    if (!given.isObject()) {
      fields.fault(field, field + " must be " + what);
      return Optional.empty();
    }
    return Optional.of(new Fields(given, fields.pointer(field), fields.faults()));
  }

  /** What a node is, for a sentence. */
  static String kind(Work work) {
    return switch (work) {
      case Work.Call call -> "job";
      case Work.SubRun run -> "run of a workflow";
      case Work.ForEach tasks -> "forEach";
      case Work.While rounds -> "while";
      case Work.Signal signal -> "signal";
      case Work.Sleep sleep -> "sleep";
      case Work.Until until -> "until";
      case Work.Switch choice -> "switch";
      case Work.Transform value -> "transform";
    };
  }

  /** Whether a node starts tasks. */
  static boolean startsTasks(Work work) {
    return work instanceof Work.Task || work instanceof Work.ForEach || work instanceof Work.While;
  }
}
