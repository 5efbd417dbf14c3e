package io.millrace.ops.workflow;

import io.millrace.document.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where two documents differ, a line for each place. */
final class JsonDifference {
  /** Most places that are listed. */
  static final int MOST = 10;

  private final List<String> lines = new ArrayList<>();
  private int more;

  private JsonDifference() {}

  /**
   * The lines, such as {@code output/items/2: expected 3, got nothing}; empty when both are the
   * same JSON.
   *
   * @param name what the documents are called
   */
  static List<String> of(String name, JsonNode expected, JsonNode got) {
    JsonDifference difference = new JsonDifference();
    difference.compare(name, expected, got);
    if (difference.more > 0) {
      difference.lines.add(name + ": differs in " + difference.more + " more places");
    }
    return difference.lines;
  }

  private void compare(String at, @Nullable JsonNode expected, @Nullable JsonNode got) {
    if (expected == null || got == null) {
      differ(at, expected, got);
    } else if (expected.isObject() && got.isObject()) {
      TreeSet<String> names = new TreeSet<>(expected.propertyNames());
      names.addAll(got.propertyNames());
      names.forEach(
          name -> compare(at + "/" + Names.escaped(name), expected.get(name), got.get(name)));
    } else if (expected.isArray() && got.isArray()) {
      for (int i = 0; i < Math.max(expected.size(), got.size()); i++) {
        compare(at + "/" + i, expected.get(i), got.get(i));
      }
    } else if (!JsonTree.same(expected, got)) {
      differ(at, expected, got);
    }
  }

  private void differ(String at, @Nullable JsonNode expected, @Nullable JsonNode got) {
    if (lines.size() == MOST) {
      more++;
    } else {
      lines.add("%s: expected %s, got %s".formatted(at, shown(expected), shown(got)));
    }
  }

  private static String shown(@Nullable JsonNode value) {
    return value == null ? "nothing" : JsonTree.shown(value);
  }
}
