package io.millrace.workflow.definition;

import io.millrace.workflow.plan.Edge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks which nodes lie before which. Only pairs that are asked for and are not neighbours cost
 * anything: one pass over the graph for every {@value Long#SIZE} nodes that are read.
 */
final class Ancestry {
  private final Ways ways;
  private final List<Integer> order;
  private final Map<Integer, List<Question>> questions = new LinkedHashMap<>();

  private record Question(int reader, String pointer) {}

  /** Takes what does not lie before its reader. */
  interface Complaint {
    void about(int source, int reader, String pointer);
  }

  /**
   * @param order of the nodes, so that every edge leads to a later one
   */
  Ancestry(Ways ways, List<Integer> order) {
    this.ways = ways;
    this.order = order;
  }

  /** Asks whether a node lies before another that it does not lead to directly. */
  void expect(int source, int reader, String pointer) {
    questions.computeIfAbsent(source, s -> new ArrayList<>()).add(new Question(reader, pointer));
  }

  /** Answers what was asked. */
  void missing(Complaint complaint) {
    List<Integer> sources = List.copyOf(questions.keySet());
    for (int start = 0; start < sources.size(); start += Long.SIZE) {
      List<Integer> block = sources.subList(start, Math.min(sources.size(), start + Long.SIZE));
      long[] before = before(block);
      for (int bit = 0; bit < block.size(); bit++) {
        int source = block.get(bit);
        for (Question question : questions.getOrDefault(source, List.of())) {
          if ((before[question.reader] >>> bit & 1) == 0) {
            complaint.about(source, question.reader, question.pointer);
          }
        }
      }
    }
  }

  /** For each node, which of the block lie before it, by bit. */
  private long[] before(List<Integer> block) {
    long[] own = new long[order.size()];
    for (int bit = 0; bit < block.size(); bit++) {
      own[block.get(bit)] |= 1L << bit;
    }
    long[] before = new long[order.size()];
    for (int node : order) {
      long passed = before[node] | own[node];
      for (Edge edge : ways.from(node)) {
        before[edge.to()] |= passed;
      }
    }
    return before;
  }
}
