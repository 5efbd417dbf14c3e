package io.millrace.workers.schedule;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.regex.JDKRegularExpressionFactory;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a payload still fits its type's schema, which may have changed since the API checked it.
 * Schemas come from this installation's own workers; a reference out of one is not followed.
 */
final class PayloadFit {
  private static final int MAX_SCHEMAS = 1_000;
  private static final int MAX_STEPS = 100_000;
  private static final int MAX_DETAIL_CHARS = 500;

  private final LoadingCache<String, Schema> schemas =
      Caffeine.newBuilder().maximumSize(MAX_SCHEMAS).build(Validator::compiled);

  /** What is wrong with a payload, without any of its values; empty when it fits. */
  Optional<String> misfit(String schema, JsonNode payload) {
    List<Error> errors;
    try {
      errors =
          schemas
              .get(schema)
              .validate(payload, run -> run.executionConfig(c -> c.maxEvaluationSteps(MAX_STEPS)));
    } catch (ValidationLimitExceededException e) {
      return Optional.of("the payload has too many parts to be checked");
    } catch (JacksonException | SchemaException e) {
      return Optional.of("the type's payload schema cannot be used");
    }
    return errors.stream()
        .findFirst()
        .map(
            error -> {
              String text =
                  "the payload no longer fits the type's schema: #/payload"
                      + error.getInstanceLocation()
                      + " breaks its rule "
                      + error.getKeyword()
                      + (error.getProperty() == null ? "" : " for " + error.getProperty());
              return text.substring(0, Math.min(text.length(), MAX_DETAIL_CHARS));
            });
  }

  /** The validator, loaded with the first payload: most workers never fire a schedule. */
  private static final class Validator {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final SchemaRegistry REGISTRY =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry ->
                registry
                    .schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false).allow(iri -> false))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .regularExpressionFactory(JDKRegularExpressionFactory.getInstance())
                            .build()));

    private Validator() {}

    static Schema compiled(String text) {
      Schema schema = REGISTRY.getSchema(JSON.readTree(text));
      schema.initializeValidators();
      return schema;
    }
  }
}
