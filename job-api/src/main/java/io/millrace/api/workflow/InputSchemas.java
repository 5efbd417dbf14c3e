package io.millrace.api.workflow;

import io.millrace.api.admission.SchemaCheck;
import io.millrace.document.FieldError;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionFault;
import io.millrace.workflow.source.Place;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Checks that the input of a definition's runs can be checked. */
final class InputSchemas {
  private static final Place NONE = new Place(0, 0);

  private InputSchemas() {}

  /** The definition, or why its {@code input} is no schema. */
  static Definition check(Definition definition, byte[] text) {
    return switch (definition) {
      case Definition.Good good -> {
        String schema = good.plan().inputSchema();
        List<FieldError> errors =
            schema == null ? List.of() : SchemaCheck.faults(schema, "#/input");
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
