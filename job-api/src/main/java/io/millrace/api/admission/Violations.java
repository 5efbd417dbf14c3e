package io.millrace.api.admission;

import com.networknt.schema.Error;
import io.millrace.document.FieldError;
import io.millrace.document.Names;
import io.millrace.document.NearName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Words a violation of a schema. Limits come from the schema; of the payload only names of fields
 * are shown, never values, since any value may be a secret.
 */
final class Violations {
  private static final int MAX_LISTED_VALUES = 20;
  private static final int MAX_PATTERN_CHARS = 60;

  private Violations() {}

  static FieldError word(String root, CompiledSchema schema, Error violation) {
    String place = "#/" + root + Pointers.of(violation.getInstanceLocation());
    String label = Pointers.label(root, violation.getInstanceLocation());
    String name = violation.getProperty();
    if (name == null) {
      return new FieldError(place, label + " " + complaint(violation));
    }
    String shown = Names.shown(name);
    String field = Names.isShort(name) ? place + "/" + Names.escaped(name) : place;
    return switch (violation.getKeyword()) {
      case "required" -> new FieldError(field, shown + " is required");
      case "additionalProperties", "unevaluatedProperties" ->
          new FieldError(field, shown + " is no field of " + label + hint(schema, violation, name));
      case "propertyNames" ->
          new FieldError(field, shown + " is not allowed as a name in " + label);
      case "dependentRequired" ->
          new FieldError(place, label + " needs " + shown + " beside the fields it has");
      default -> new FieldError(field, shown + " " + complaint(violation));
    };
  }

  private static String hint(CompiledSchema schema, Error violation, String name) {
    Set<String> free = new HashSet<>(schema.fieldsAround(violation));
    free.removeAll(Set.copyOf(violation.getInstanceNode().propertyNames()));
    return NearName.of(name, free).map(near -> "; did you mean " + near + "?").orElse("");
  }

  private static String complaint(Error violation) {
    JsonNode limit = violation.getSchemaNode();
    return switch (violation.getKeyword()) {
      case "type" -> "must be " + types(limit) + ", not " + article(typeOf(violation));
      case "minimum" -> "must be at least " + limit;
      case "maximum" -> "must be at most " + limit;
      case "exclusiveMinimum" -> "must be more than " + limit;
      case "exclusiveMaximum" -> "must be less than " + limit;
      case "multipleOf" -> "must be a multiple of " + limit;
      case "minLength" -> "must be at least " + counted(limit, "character") + " long";
      case "maxLength" -> "must be at most " + counted(limit, "character") + " long";
      case "minItems" -> "must have at least " + counted(limit, "item");
      case "maxItems" -> "must have at most " + counted(limit, "item");
      case "minProperties" -> "must have at least " + counted(limit, "field");
      case "maxProperties" -> "must have at most " + counted(limit, "field");
      case "uniqueItems" -> "must not have the same item twice";
      case "enum" -> "must be one of " + values(limit);
      case "const" -> "must be " + limit;
      case "pattern" -> "does not have the required form" + pattern(limit);
      case "anyOf", "oneOf" -> "has none, or more than one, of the forms it may have";
      case "false" -> "is not allowed with the other fields given";
      default -> "does not fit the schema's rule " + violation.getKeyword();
    };
  }

  private static String types(JsonNode expected) {
    Stream<JsonNode> all = expected.isArray() ? expected.valueStream() : Stream.of(expected);
    return all.map(type -> article(type.asString())).collect(Collectors.joining(" or "));
  }

  private static String typeOf(Error violation) {
    JsonNode found = violation.getInstanceNode();
    return switch (found.getNodeType()) {
      case OBJECT, POJO -> "object";
      case ARRAY -> "array";
      case STRING, BINARY -> "string";
      case NUMBER -> found.isIntegralNumber() ? "integer" : "number";
      case BOOLEAN -> "boolean";
      case NULL, MISSING -> "null";
    };
  }

  private static String article(String type) {
    return switch (type) {
      case "null" -> "null";
      case "object", "array", "integer" -> "an " + type;
      default -> "a " + type;
    };
  }

  private static String counted(JsonNode limit, String unit) {
    return limit + " " + unit + (limit.asInt(0) == 1 ? "" : "s");
  }

  private static String values(JsonNode allowed) {
    List<String> shown =
        allowed
            .valueStream()
            .limit(MAX_LISTED_VALUES)
            .map(value -> value.isString() ? value.stringValue() : value.toString())
            .toList();
    return String.join(", ", shown) + (allowed.size() > MAX_LISTED_VALUES ? ", …" : "");
  }

  private static String pattern(JsonNode pattern) {
    String text = pattern.asString();
    return text.length() <= MAX_PATTERN_CHARS ? ": " + text : "";
  }
}
