package io.millrace.api.admission;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.regex.JDKRegularExpressionFactory;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A schema ready to check payloads.
 *
 * @param schema its validators
 * @param document its text, parsed
 */
record CompiledSchema(Schema schema, JsonNode document) {
  /** Rules applied to one payload; about 100 ms of work, and far beyond any honest payload. */
  static final int MAX_STEPS = 100_000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A reference leads nowhere but into the schema itself: no file, class path or host is read. */
  private static SchemaRegistry registry(RegularExpressionFactory patterns) {
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12,
        registry ->
            registry
                .schemaCacheEnabled(false)
                .schemaLoader(loader -> loader.fetchRemoteResources(false).allow(iri -> false))
                .schemaRegistryConfig(
                    SchemaRegistryConfig.builder().regularExpressionFactory(patterns).build()));
  }

  private static final SchemaRegistry OF_HANDLERS =
      registry(JDKRegularExpressionFactory.getInstance());

  /** Matches in time linear in the text, whatever the pattern. */
  private static final SchemaRegistry OF_CALLERS =
      registry(
          pattern -> {
            Pattern compiled = Pattern.compile(pattern);
            return text -> compiled.matcher(text).find();
          });

  /**
   * Compiles a schema (draft 2020-12) of this installation's own handlers.
   *
   * @throws IllegalArgumentException when it is none, or refers to another document
   */
  static CompiledSchema of(String text) {
    return of(text, OF_HANDLERS);
  }

  /**
   * Compiles a schema (draft 2020-12) that a caller has sent. Its patterns are those of RE2, which
   * has neither references back nor looks ahead.
   *
   * @throws IllegalArgumentException when it is none, or refers to another document
   */
  static CompiledSchema ofCaller(String text) {
    return of(text, OF_CALLERS);
  }

  private static CompiledSchema of(String text, SchemaRegistry registry) {
    try {
      JsonNode document = JSON.readTree(text);
      Schema schema = registry.getSchema(document);
      schema.initializeValidators();
      return new CompiledSchema(schema, document);
    } catch (JacksonException | SchemaException | PatternSyntaxException e) {
      throw new IllegalArgumentException("the payload schema cannot be used", e);
    }
  }

  /**
   * All that is wrong with a payload.
   *
   * @throws ValidationLimitExceededException when that takes more than {@value #MAX_STEPS} steps
   */
  List<Error> violations(JsonNode payload) {
    return schema.validate(
        payload,
        (ExecutionContext run) -> run.executionConfig(c -> c.maxEvaluationSteps(MAX_STEPS)));
  }

  /** The fields that the object of a violated {@code additionalProperties} may have. */
  Set<String> fieldsAround(Error violation) {
    NodePath keyword = violation.getSchemaLocation().getFragment();
    JsonPointer object = JsonPointer.compile(Pointers.of(keyword.getParent()));
    return document
        .at(object)
        .path("properties")
        .propertyStream()
        .map(java.util.Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
