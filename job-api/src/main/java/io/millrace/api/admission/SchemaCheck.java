package io.millrace.api.admission;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.NodePath;
import io.millrace.document.FieldError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Checks that a document is a JSON Schema (draft 2020-12) which values can be checked against. */
public final class SchemaCheck {
  /** Most faults reported for one schema. */
  static final int MAX_FAULTS = 20;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The schema of schemas, which the library brings along. */
  private static final Schema META =
      SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              registry -> registry.schemaLoader(loader -> loader.fetchRemoteResources(false)))
          .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

  private SchemaCheck() {}

  /**
   * What is wrong with a schema.
   *
   * @param schema JSON
   * @param pointer to it in the document it is a part of
   * @return empty when it can be used; at most {@value #MAX_FAULTS}, one a place
   */
  public static List<FieldError> faults(String schema, String pointer) {
    Map<String, FieldError> faults = new LinkedHashMap<>();
    try {
      for (Error error : META.validate(JSON.readTree(schema), SchemaCheck::limit)) {
        NodePath place = error.getInstanceLocation();
        String label = Pointers.label("the schema", place);
        String at = pointer + Pointers.of(place);
        faults.putIfAbsent(at, new FieldError(at, label + ": " + error.getMessage()));
      }
    } catch (ValidationLimitExceededException e) {
      return List.of(new FieldError(pointer, "the schema has too many parts"));
    }
    return faults.isEmpty()
        ? unusable(schema, pointer)
        : faults.values().stream().limit(MAX_FAULTS).toList();
  }

  private static void limit(ExecutionContext run) {
    run.executionConfig(config -> config.maxEvaluationSteps(CompiledSchema.MAX_STEPS));
  }

  /** What the schema of schemas leaves open: patterns, and where references lead. */
  private static List<FieldError> unusable(String schema, String pointer) {
    try {
      CompiledSchema.ofCaller(schema);
      return List.of();
    } catch (IllegalArgumentException e) {
      return List.of(new FieldError(pointer, "the schema cannot be used: " + innermost(e)));
    }
  }

  /** The sentence at the bottom of a failure, in one line; those above it name classes. */
  private static String innermost(Throwable failure) {
    Throwable at = failure;
    for (Throwable below = at.getCause(); below != null; below = at.getCause()) {
      at = below;
    }
    return String.valueOf(at.getMessage()).replaceAll("\\s+", " ");
  }
}
