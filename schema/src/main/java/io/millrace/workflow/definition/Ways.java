package io.millrace.workflow.definition;

import io.millrace.workflow.plan.Edge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The edges between nodes that go by their indices. */
final class Ways {
  private final List<List<Edge>> out = new ArrayList<>();
  private final List<List<Edge>> in = new ArrayList<>();

  Ways(int nodes) {
    for (int i = 0; i < nodes; i++) {
      out.add(new ArrayList<>(2));
      in.add(new ArrayList<>(2));
    }
  }

  void add(Edge edge) {
    out.get(edge.from()).add(edge);
    in.get(edge.to()).add(edge);
  }

  List<Edge> out(int node) {
    return List.copyOf(out.get(node));
  }

  int in(int node) {
    return in.get(node).size();
  }

  List<Edge> from(int node) {
    return Collections.unmodifiableList(out.get(node));
  }

  /** The nodes that lead to a node. */
  Set<Integer> origins(int node) {
    Set<Integer> origins = new HashSet<>();
    in.get(node).forEach(edge -> origins.add(edge.from()));
    return origins;
  }

  /** The nodes so that every edge leads to a later one; without those that a circle keeps out. */
  List<Integer> order() {
    int[] open = new int[in.size()];
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < open.length; i++) {
      open[i] = in(i);
      if (open[i] == 0) {
        ready.add(i);
      }
    }
    List<Integer> order = new ArrayList<>(open.length);
    while (!ready.isEmpty()) {
      int node = ready.remove();
      order.add(node);
      for (Edge edge : out.get(node)) {
        open[edge.to()]--;
        if (open[edge.to()] == 0) {
          ready.add(edge.to());
        }
      }
    }
    return List.copyOf(order);
  }

  /** A circle among the nodes that are not in the order, in the direction of its edges. */
  List<Integer> cycle(List<Integer> order) {
    BitSet done = new BitSet(in.size());
    order.forEach(done::set);
    List<Integer> path = new ArrayList<>();
    int[] at = new int[in.size()];
    int node = done.nextClearBit(0);
    while (at[node] == 0) {
      path.add(node);
      at[node] = path.size();
      node =
          in.get(node).stream().mapToInt(Edge::from).filter(o -> !done.get(o)).min().orElseThrow();
    }
    List<Integer> cycle = new ArrayList<>(path.subList(at[node] - 1, path.size()));
    Collections.reverse(cycle);
    Collections.rotate(cycle, -cycle.indexOf(Collections.min(cycle)));
    return cycle;
  }
}
