package io.millrace.ops.bench.result;

import java.util.List;
import java.util.Map;

/**
 * What a case has learnt beside its figures.
 *
 * @param versions of what it measured, by name
 * @param settings that bear on its figures, by key
 * @param remarks what a reader of the figures has to know, in sentences without a full stop
 */
public record Notes(
    Map<String, String> versions, Map<String, String> settings, List<String> remarks) {
  /** Nothing. */
  public static final Notes NONE = new Notes(Map.of(), Map.of(), List.of());

  public Notes {
    versions = Map.copyOf(versions);
    settings = Map.copyOf(settings);
    remarks = List.copyOf(remarks);
  }
}
