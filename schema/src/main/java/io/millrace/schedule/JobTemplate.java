package io.millrace.schedule;

import io.millrace.model.JobOptions;
import io.millrace.model.JobType;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.model.RetryPolicy;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The submission a schedule makes: as its caller gave it, and what the API read from it. What the
 * caller left to the type is left to it again each time.
 *
 * @param request the submission, a JSON object
 * @param pool null for the type's, as of the firing
 * @param maxAttempts null for the type's
 * @param timeoutMillis null for the type's
 * @param options without times, parent, origin and key
 */
public record JobTemplate(
    JsonNode request,
    String type,
    @Nullable String pool,
    Priority priority,
    @Nullable Integer maxAttempts,
    @Nullable Long timeoutMillis,
    JobOptions options) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** The template of a submission that has been admitted. */
  public static JobTemplate of(JsonNode request, NewJob admitted) {
    JobOptions options = admitted.options();
    return new JobTemplate(
        request,
        admitted.type(),
        request.has("pool") ? admitted.pool() : null,
        admitted.priority(),
        request.has("maxAttempts") || options.retry() != null ? admitted.maxAttempts() : null,
        request.has("timeout") ? admitted.timeoutMillis() : null,
        options);
  }

  /** The payload that each job gets. */
  public JsonNode payload() {
    JsonNode payload = request.get("payload");
    return payload == null ? JsonNodeFactory.instance.objectNode() : payload;
  }

  /** A job of the template. */
  public NewJob job(UUID id, String tenant, JobType known, String origin) {
    return new NewJob(
        id,
        tenant,
        type,
        pool == null ? known.pool() : pool,
        priority,
        maxAttempts == null ? known.maxAttempts() : maxAttempts,
        timeoutMillis == null ? known.timeoutMillis() : timeoutMillis,
        payload().toString(),
        null,
        options.from(origin));
  }

  /** The template as a JSON document, which {@link #decode} reads. */
  public String encode() {
    ObjectNode document = JSON.createObjectNode();
    document.set("request", request);
    ObjectNode resolved = document.putObject("resolved");
    resolved.put("type", type);
    resolved.put("priority", priority.wireName());
    putText(resolved, "pool", pool);
    putLong(resolved, "maxAttempts", maxAttempts == null ? null : maxAttempts.longValue());
    putLong(resolved, "timeoutMillis", timeoutMillis);
    putLong(resolved, "delayMillis", options.delayMillis());
    putLong(resolved, "queueTimeoutMillis", options.queueTimeoutMillis());
    putLong(resolved, "heartbeatMillis", options.heartbeatMillis());
    RetryPolicy retry = options.retry();
    putText(resolved, "retry", retry == null ? null : retry.encode());
    putText(resolved, "labels", options.labels());
    return document.toString();
  }

  /** Reads what {@link #encode} wrote. */
  public static JobTemplate decode(String text) {
    JsonNode document = JSON.readTree(text);
    JsonNode resolved = document.path("resolved");
    Long attempts = number(resolved, "maxAttempts");
    String retry = text(resolved, "retry");
    return new JobTemplate(
        document.path("request"),
        resolved.path("type").asString(),
        text(resolved, "pool"),
        Priority.valueOf(resolved.path("priority").asString().toUpperCase(java.util.Locale.ROOT)),
        attempts == null ? null : attempts.intValue(),
        number(resolved, "timeoutMillis"),
        new JobOptions(
            null,
            number(resolved, "delayMillis"),
            null,
            number(resolved, "queueTimeoutMillis"),
            number(resolved, "heartbeatMillis"),
            retry == null ? null : RetryPolicy.decode(retry),
            text(resolved, "labels"),
            null,
            null,
            null));
  }

  private static void putText(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  private static void putLong(ObjectNode node, String name, @Nullable Long value) {
    if (value != null) {
      node.put(name, value.longValue());
    }
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null ? null : value.asString();
  }

  private static @Nullable Long number(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null ? null : value.asLong();
  }
}
