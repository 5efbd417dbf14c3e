package io.millrace.api.workflow;

import io.millrace.api.admission.SchemaCheck;
import io.millrace.document.FieldError;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionFault;
import io.millrace.workflow.source.Place;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a definition has to fulfil here beside being readable: its runs' input can be checked. */
final class Acceptance {
  private static final Place NONE = new Place(0, 0);

  private Acceptance() {}

  /** The definition, or why it is not accepted. */
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
