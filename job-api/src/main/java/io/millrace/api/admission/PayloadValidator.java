package io.millrace.api.admission;

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
 * Checks payloads against their types' JSON schemas. Schemas come from this installation's own
 * handlers, so their patterns are trusted not to backtrack without end; payloads are not trusted.
 */
public final class PayloadValidator {
  /** Most errors reported for one payload. */
  public static final int MAX_ERRORS = 20;

  private static final int MAX_SCHEMAS = 1_000;
  private static final Set<String> CHOICES = Set.of("oneOf", "anyOf");

  private static final FieldError TOO_MANY_PARTS =
      new FieldError(
          "#/payload",
          "payload has too many parts: checking it stops after "
              + CompiledSchema.MAX_STEPS
              + " steps");

  private final LoadingCache<String, CompiledSchema> schemas =
      Caffeine.newBuilder().maximumSize(MAX_SCHEMAS).build(CompiledSchema::of);

  /**
   * What is wrong with a payload.
   *
   * @param schema JSON Schema (draft 2020-12), self-contained
   * @return empty when the payload fits; at most {@value #MAX_ERRORS} errors
   * @throws IllegalArgumentException when the schema cannot be used: a defect of the handler
   */
  public List<FieldError> validate(String schema, JsonNode payload) {
    CompiledSchema compiled = schemas.get(schema);
    try {
      return worded(compiled, compiled.violations(payload));
    } catch (ValidationLimitExceededException e) {
      return List.of(TOO_MANY_PARTS);
    }
  }

  private static List<FieldError> worded(CompiledSchema compiled, List<Error> violations) {
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
        .map(violation -> Violations.word(compiled, violation))
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
