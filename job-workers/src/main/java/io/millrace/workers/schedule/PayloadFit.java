package io.millrace.workers.schedule;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.regex.JDKRegularExpressionFactory;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a payload still fits its type's schema, or an input its workflow's, which may have
 * changed since the API checked it. A reference out of a schema is not followed.
 */
final class PayloadFit {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX_SCHEMAS = 1_000;
  private static final int MAX_STEPS = 100_000;
  private static final int MAX_DETAIL_CHARS = 500;

  private final LoadingCache<String, Schema> schemas;

  private PayloadFit(CacheLoader<String, Schema> compiler) {
    schemas = Caffeine.newBuilder().maximumSize(MAX_SCHEMAS).build(compiler);
  }

  /** For the schemas of this installation's own workers. */
  static PayloadFit ofHandlers() {
    return new PayloadFit(OfHandlers::compiled);
  }

  /** For the schemas of callers: patterns are those of RE2, which match in linear time. */
  static PayloadFit ofCallers() {
    return new PayloadFit(OfCallers::compiled);
  }

  /**
   * What is wrong with a document, without any of its values; empty when it fits.
   *
   * @param what its name, such as {@code payload}
   * @param whose how the schema is called
   */
  Optional<String> misfit(String schema, JsonNode document, String what, String whose) {
    List<Error> errors;
    try {
      errors =
          schemas
              .get(schema)
              .validate(document, run -> run.executionConfig(c -> c.maxEvaluationSteps(MAX_STEPS)));
    } catch (ValidationLimitExceededException e) {
      return Optional.of("the " + what + " has too many parts to be checked");
    } catch (JacksonException | SchemaException | PatternSyntaxException e) {
      return Optional.of(whose + " cannot be used");
    }
    return errors.stream()
        .findFirst()
        .map(
            error -> {
              String text =
                  "the %s no longer fits %s: #/%s".formatted(what, whose, what)
                      + error.getInstanceLocation()
                      + " breaks its rule "
                      + error.getKeyword()
                      + (error.getProperty() == null ? "" : " for " + error.getProperty());
              return text.substring(0, Math.min(text.length(), MAX_DETAIL_CHARS));
            });
  }

  // The validators are loaded with the first document: most workers never fire a schedule.

  private static final class OfHandlers {
    private static final SchemaRegistry REGISTRY =
        registry(JDKRegularExpressionFactory.getInstance());

    static Schema compiled(String text) {
      return PayloadFit.compiled(REGISTRY, text);
    }
  }

  private static final class OfCallers {
    private static final SchemaRegistry REGISTRY =
        registry(
            pattern -> {
              Pattern compiled = Pattern.compile(pattern);
              return text -> compiled.matcher(text).find();
            });

    static Schema compiled(String text) {
      return PayloadFit.compiled(REGISTRY, text);
    }
  }

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

  private static Schema compiled(SchemaRegistry registry, String text) {
    Schema schema = registry.getSchema(JSON.readTree(text));
    schema.initializeValidators();
    return schema;
  }
}
