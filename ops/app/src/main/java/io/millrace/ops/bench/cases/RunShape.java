package io.millrace.ops.bench.cases;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the runs of a case look like: nodes that do nothing, one layer after the other.
 *
 * @param layers how many nodes each layer has; every node needs all of the layer before
 */
record RunShape(int[] layers) {
  /** Nodes of a run. */
  int nodes() {
    return IntStream.of(layers).sum();
  }

  /** As it is printed: {@code 1–100–1}. */
  String text() {
    return IntStream.of(layers).mapToObj(String::valueOf).collect(Collectors.joining("–"));
  }

  /** The layer of a node. */
  int layer(int node) {
    int layer = 0;
    for (int left = node; left >= layers[layer]; layer++) {
      left -= layers[layer];
    }
    return layer;
  }

  /** The definition as JSON. */
  String definition() {
    StringBuilder nodes = new StringBuilder();
    for (int layer = 0; layer < layers.length; layer++) {
      String needs = layer == 0 ? "" : "\"needs\":[%s],".formatted(names(layer - 1));
      for (int i = 0; i < layers[layer]; i++) {
        nodes
            .append(nodes.isEmpty() ? "" : ",")
            .append("\"%s\":{%s".formatted(name(layer, i), needs))
            .append("\"type\":\"echo\",\"with\":{\"value\":1}}");
      }
    }
    return "{\"nodes\":{" + nodes + "}}";
  }

  private String names(int layer) {
    return IntStream.range(0, layers[layer])
        .mapToObj(i -> '"' + name(layer, i) + '"')
        .collect(Collectors.joining(","));
  }

  private static String name(int layer, int i) {
    return "n%d_%d".formatted(layer, i);
  }
}
