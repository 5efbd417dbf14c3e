package io.millrace.api.admission;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.networknt.schema.Error;
import com.networknt.schema.ValidationLimitExceededException;
import io.millrace.document.FieldError;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Checks documents against JSON schemas: payloads against those of their types, whose patterns come
 * from this installation's own handlers and are trusted not to backtrack without end; inputs of
 * runs against those of callers, whose patterns cannot. Documents are not trusted.
 */
public final class PayloadValidator {
  /** Most errors reported for one payload. */
  public static final int MAX_ERRORS = 20;

  private static final int MAX_SCHEMAS = 1_000;
  private static final Set<String> CHOICES = Set.of("oneOf", "anyOf");

  private static final String PAYLOAD = "payload";

  private final LoadingCache<String, CompiledSchema> schemas;

  /** A validator for the schemas of handlers. */
  public PayloadValidator() {
    this(CompiledSchema::of);
  }

  private PayloadValidator(CacheLoader<String, CompiledSchema> compiler) {
    schemas = Caffeine.newBuilder().maximumSize(MAX_SCHEMAS).build(compiler);
  }

  /** A validator for schemas that callers have sent. */
  public static PayloadValidator ofCallers() {
    return new PayloadValidator(CompiledSchema::ofCaller);
  }

  /**
   * What is wrong with a payload.
   *
   * @param schema JSON Schema (draft 2020-12), self-contained
   * @return empty when the payload fits; at most {@value #MAX_ERRORS} errors
   * @throws IllegalArgumentException when the schema cannot be used: a defect of the handler
   */
  public List<FieldError> validate(String schema, JsonNode payload) {
    return validate(schema, payload, PAYLOAD);
  }

  /**
   * As {@link #validate(String, JsonNode)}, of a document that goes by another name.
   *
   * @param name what places and sentences call it, such as {@code input}
   */
  public List<FieldError> validate(String schema, JsonNode document, String name) {
    CompiledSchema compiled = schemas.get(schema);
    try {
      return worded(name, compiled, compiled.violations(document));
    } catch (ValidationLimitExceededException e) {
      String detail = "%s has too many parts: checking it stops after %d steps";
      return List.of(new FieldError("#/" + name, detail.formatted(name, CompiledSchema.MAX_STEPS)));
    }
  }

  private static List<FieldError> worded(
      String name, CompiledSchema compiled, List<Error> violations) {
    if (violations.isEmpty()) {
      return List.of();
    }
    Set<String> choices =
        violations.stream()
            .filter(violation -> CHOICES.contains(violation.getKeyword()))
            .map(violation -> Pointers.of(violation.getEvaluationPath()) + "/")
            .collect(Collectors.toUnmodifiableSet());
    return violations.stream()
        .filter(violation -> !isBelow(choices, violation))
        .map(violation -> Violations.word(name, compiled, violation))
        .distinct()
        .limit(MAX_ERRORS)
        .toList();
  }

  /** Why each form of a choice does not fit is noise beside the choice itself. */
  private static boolean isBelow(Set<String> choices, Error violation) {
    String path = Pointers.of(violation.getEvaluationPath());
    return choices.stream().anyMatch(path::startsWith);
  }
}
