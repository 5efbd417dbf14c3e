package io.millrace.workflow.definition;

import io.millrace.document.Fields;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The fields of a node, and which kinds of work they belong to. */
final class WorkFields {
  /** The fields that say what a node does; each node has one. */
  static final List<String> WORKS =
      List.of("type", "workflow", "signal", "sleep", "until", "switch", "transform");

  /** The fields that every node may have. */
  static final Set<String> COMMON = Set.of("needs", "join", "when", "onError");

  private static final Set<String> TASKS = Set.of("type", "workflow");
  private static final Set<String> TYPE = Set.of("type");

  /** The fields that belong to some kinds of work. */
  static final Map<String, Set<String>> SPECIAL =
      Map.of(
          "with", TASKS,
          "forEach", TASKS,
          "while", TASKS,
          "default", Set.of("switch"),
          "retry", TYPE,
          "timeout", TYPE,
          "priority", TYPE,
          "pool", TYPE,
          "cache", TYPE);

  /** All names of fields. */
  static final Set<String> ALL = all();

  private WorkFields() {}

  private static Set<String> all() {
    Set<String> all = new TreeSet<>(WORKS);
    all.addAll(COMMON);
    all.addAll(SPECIAL.keySet());
    return Set.copyOf(all);
  }

  /** Says what does not belong to a node or contradicts. */
  static void check(Fields node) {
    node.allow(ALL);
    List<String> works = WORKS.stream().filter(node::has).toList();
    if (works.isEmpty()) {
      node.faults()
          .add(node.at(), "the node does nothing; it needs one of " + String.join(", ", WORKS));
    } else if (works.size() > 1) {
      node.fault(
          works.get(1), "a node does one thing, and this one has " + String.join(" and ", works));
    }
    if (works.size() == 1) {
      SPECIAL.forEach((field, kinds) -> special(node, field, kinds, works.getFirst()));
    }
    if (node.has("forEach") && node.has("while")) {
      node.fault("while", "while and forEach contradict each other; give one of them");
    }
  }

  private static void special(Fields node, String field, Set<String> kinds, String work) {
    if (node.has(field) && !kinds.contains(work)) {
      String of = kinds.stream().sorted().collect(Collectors.joining(" or "));
      node.fault(field, field + " has a meaning only with " + of + ", and this node has " + work);
    }
  }
}
