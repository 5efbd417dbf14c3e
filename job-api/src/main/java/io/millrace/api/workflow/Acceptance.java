package io.millrace.api.workflow;

import io.millrace.api.admission.SchemaCheck;
import io.millrace.document.FieldError;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionFault;
import io.millrace.workflow.source.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a definition has to fulfil here beside being readable: the input of its runs can be checked,
 * and it asks for nothing that this server would silently leave undone.
 */
final class Acceptance {
  private static final Place NONE = new Place(0, 0);

  private static final FieldError NO_CONCURRENCY =
      new FieldError(
          "#/concurrency",
          "limits on runs with the same key are not enforced yet; leave concurrency out");

  private Acceptance() {}

  /** The definition, or why it is not accepted. */
  static Definition check(Definition definition, byte[] text) {
    return switch (definition) {
      case Definition.Good good -> {
        String schema = good.plan().inputSchema();
        List<FieldError> errors =
            new ArrayList<>(schema == null ? List.of() : SchemaCheck.faults(schema, "#/input"));
        if (good.plan().concurrency() != null) {
          errors.add(NO_CONCURRENCY);
        }
        yield errors.isEmpty() ? good : new Definition.Bad(placed(errors, text), 0);
      }
      case Definition.Bad bad -> bad;
    };
  }

  private static List<DefinitionFault> placed(List<FieldError> errors, byte[] text) {
    Map<String, Place> places =
        Kept.source(text)
            .places(errors.stream().map(FieldError::pointer).collect(Collectors.toSet()));
    return errors.stream()
        .map(
            error -> {
              Place place = places.getOrDefault(error.pointer(), NONE);
              return new DefinitionFault(
                  error.pointer(), place.line(), place.column(), error.detail());
            })
        .toList();
  }
}
