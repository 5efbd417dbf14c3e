package io.millrace.workflow.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What is different between two definitions.
 *
 * @param fields the fields beside the nodes that differ
 * @param added the nodes that only the later one has; {@code onFailure} in front of a name says
 *     where
 * @param removed the nodes that only the earlier one has
 * @param changed the nodes that both have, with the fields that differ
 */
public record DefinitionDiff(
    List<String> fields,
    List<String> added,
    List<String> removed,
    Map<String, List<String>> changed) {
  private static final List<String> MAPS = List.of("nodes", "onFailure");

  /** Compares two definitions that have been read. */
  public static DefinitionDiff of(JsonNode before, JsonNode after) {
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    Map<String, List<String>> changed = new TreeMap<>();
    for (String map : MAPS) {
      JsonNode earlier = before.path(map);
      JsonNode later = after.path(map);
      String prefix = map.equals("nodes") ? "" : map + "/";
      for (String name : names(earlier, later)) {
        if (!earlier.has(name)) {
          added.add(prefix + name);
        } else if (!later.has(name)) {
          removed.add(prefix + name);
        } else if (!earlier.path(name).equals(later.path(name))) {
          changed.put(prefix + name, differing(earlier.path(name), later.path(name)));
        }
      }
    }
    List<String> fields =
        differing(before, after).stream().filter(field -> !MAPS.contains(field)).toList();
    return new DefinitionDiff(fields, List.copyOf(added), List.copyOf(removed), changed);
  }

  /** Whether there is no difference. */
  public boolean isEmpty() {
    return fields.isEmpty() && added.isEmpty() && removed.isEmpty() && changed.isEmpty();
  }

  private static List<String> differing(JsonNode before, JsonNode after) {
    return names(before, after).stream()
        .filter(name -> !Objects.equals(before.get(name), after.get(name)))
        .toList();
  }

  private static SortedSet<String> names(JsonNode before, JsonNode after) {
    SortedSet<String> names = new TreeSet<>(before.propertyNames());
    names.addAll(after.propertyNames());
    return names;
  }
}
