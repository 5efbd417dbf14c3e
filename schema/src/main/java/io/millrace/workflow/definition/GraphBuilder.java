package io.millrace.workflow.definition;

import io.millrace.document.Faults;
import io.millrace.workflow.definition.Draft.Link;
import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Join;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Connects the nodes of one map and checks that every one of them comes to its end. */
final class GraphBuilder {
  private final List<Draft> drafts;
  private final UnaryOperator<String> complaint;
  private final Set<String> readable;
  private final Faults faults;
  private final Map<String, Integer> index = new HashMap<>();
  private final Ways ways;
  private boolean bad;

  /**
   * @param complaint says what is wrong with a name that is none of these nodes
   * @param readable nodes outside of these that have ended before
   */
  GraphBuilder(
      List<Draft> drafts, UnaryOperator<String> complaint, Set<String> readable, Faults faults) {
    this.drafts = drafts;
    this.complaint = complaint;
    this.readable = readable;
    this.faults = faults;
    drafts.forEach(draft -> index.put(draft.name(), index.size()));
    this.ways = new Ways(drafts.size());
  }

  boolean has(String name) {
    return index.containsKey(name);
  }

  String unknown(String name) {
    return complaint.apply(name);
  }

  /** The graph; null when it has faults. */
  @Nullable Graph build() {
    for (int i = 0; i < drafts.size(); i++) {
      for (Link link : drafts.get(i).links()) {
        connect(i, link);
      }
    }
    for (int i = 0; i < drafts.size(); i++) {
      checkJoin(i);
    }
    List<Integer> order = ways.order();
    if (order.size() < drafts.size()) {
      List<Integer> cycle = ways.cycle(order);
      fault(drafts.get(cycle.getFirst()).at(), "the nodes go in a circle: " + shown(cycle));
      return null;
    }
    checkReads(order);
    return bad ? null : new Graph(nodes(), order);
  }

  private void connect(int here, Link link) {
    Integer other = index.get(link.other());
    if (other == null) {
      fault(link.pointer(), unknown(link.other()));
      return;
    }
    boolean leadsHere = link.kind() == Edge.Kind.SUCCESS;
    Edge edge =
        new Edge(leadsHere ? other : here, leadsHere ? here : other, link.kind(), link.branch());
    ways.add(edge);
    if (leadsHere && chooses(drafts.get(other), drafts.get(here).name())) {
      fault(
          link.pointer(),
          "%s leads here by its switch; with needs this node would start whatever it chose"
              .formatted(link.other()));
    }
  }

  private static boolean chooses(Draft origin, String target) {
    return origin.work() instanceof Work.Switch
        && origin.links().stream()
            .anyMatch(link -> link.kind() == Edge.Kind.CASE && link.other().equals(target));
  }

  /** Of the ways from one node at most one kind is taken, so each node counts once. */
  private void checkJoin(int node) {
    Draft draft = drafts.get(node);
    Integer join = draft.join();
    if (join == null) {
      return;
    }
    int most = ways.origins(node).size();
    if (most == 0) {
      fault(draft.at() + "/join", "join has no meaning here, nothing leads to this node");
    } else if (join > most) {
      fault(
          draft.at() + "/join",
          "join asks for %d ways, and at most %d can be taken".formatted(join, most));
    }
  }

  private String shown(List<Integer> cycle) {
    List<String> names = new ArrayList<>();
    cycle.forEach(node -> names.add(drafts.get(node).name()));
    names.add(names.getFirst());
    int all = names.size();
    if (all > 20) {
      return String.join(" → ", names.subList(0, 10))
          + " → (%d more) → ".formatted(all - 19)
          + String.join(" → ", names.subList(all - 9, all));
    }
    return String.join(" → ", names);
  }

  private void checkReads(List<Integer> order) {
    Ancestry ancestry = new Ancestry(ways, order);
    for (int i = 0; i < drafts.size(); i++) {
      List<Draft.Read> reads = drafts.get(i).reads();
      Set<Integer> direct = reads.isEmpty() ? Set.of() : ways.origins(i);
      for (Draft.Read read : reads) {
        for (String name : read.nodes()) {
          Integer source = index.get(name);
          if (source == null && !readable.contains(name)) {
            fault(read.pointer(), unknown(name));
          } else if (source != null && !direct.contains(source)) {
            ancestry.expect(source, i, read.pointer());
          }
        }
      }
    }
    ancestry.missing(
        (source, reader, pointer) ->
            fault(
                pointer,
                source == reader
                    ? "a node cannot read its own output here"
                    : "%s does not lie before %s, so it may not have ended; add it to needs"
                        .formatted(drafts.get(source).name(), drafts.get(reader).name())));
  }

  private void fault(String pointer, String message) {
    faults.add(pointer, message);
    bad = true;
  }

  private List<PlanNode> nodes() {
    List<PlanNode> nodes = new ArrayList<>(drafts.size());
    for (int i = 0; i < drafts.size(); i++) {
      Draft draft = drafts.get(i);
      Work work = draft.work();
      if (work == null) {
        return List.of(); // a fault says why, and no plan is made
      }
      Integer join = draft.join();
      nodes.add(
          new PlanNode(
              i,
              draft.name(),
              work,
              join == null ? new Join.All() : new Join.Some(join),
              draft.when(),
              onError(draft),
              draft.options(),
              ways.out(i),
              ways.in(i)));
    }
    return List.copyOf(nodes);
  }

  private OnError onError(Draft draft) {
    OnError plain = draft.onError();
    return plain != null
        ? plain
        : draft.links().stream()
            .filter(link -> link.kind() == Edge.Kind.ERROR)
            .<OnError>map(link -> new OnError.Branch(index.getOrDefault(link.other(), 0)))
            .findFirst()
            .orElse(new OnError.Fail());
  }
}
