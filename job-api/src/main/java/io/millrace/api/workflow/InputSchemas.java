package io.millrace.api.workflow;

import io.millrace.api.admission.PayloadValidator;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionFault;
import io.millrace.workflow.source.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks that the input of a definition's runs can be checked. */
final class InputSchemas {
  private static final String POINTER = "#/input";

  private InputSchemas() {}

  /** The definition, or why its {@code input} is no schema. */
  static Definition check(Definition definition, byte[] text) {
    return switch (definition) {
      case Definition.Good good -> {
        String schema = good.plan().inputSchema();
        Optional<String> fault =
            schema == null ? Optional.empty() : PayloadValidator.schemaFault(schema);
        yield fault.isEmpty() ? good : bad(fault.get(), text);
      }
      case Definition.Bad bad -> bad;
    };
  }

  private static Definition bad(String fault, byte[] text) {
    Place place = Kept.source(text).places(Set.of(POINTER)).getOrDefault(POINTER, new Place(0, 0));
    return new Definition.Bad(
        List.of(new DefinitionFault(POINTER, place.line(), place.column(), "input " + fault)), 0);
  }
}
