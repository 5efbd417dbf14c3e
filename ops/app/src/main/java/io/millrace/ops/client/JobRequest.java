package io.millrace.ops.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * A job to submit. What is null is left to the server's defaults.
 *
 * @param type the job type, such as {@code dataset.profile}
 * @param payload a JSON object as text; sent as it stands, so numbers keep every digit
 * @param priority critical, high, normal or low
 * @param pool the workers that may run it
 * @param timeout the longest run of one attempt: {@code 90s}, {@code 10m}, {@code PT10M}
 * @param maxAttempts attempts in all
 * @param options what only some submissions ask for
 */
public record JobRequest(
    String type,
    String payload,
    @Nullable String priority,
    @Nullable String pool,
    @Nullable String timeout,
    @Nullable Integer maxAttempts,
    SubmitOptions options) {

  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * Checks that the payload is one JSON object.
   *
   * @throws IllegalArgumentException when it is not; the message says where it stops being JSON
   */
  public JobRequest {
    JsonNode parsed;
    try {
      parsed = STRICT.readTree(payload);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The payload is not JSON: " + reason(e), e);
    }
    if (!parsed.isObject()) {
      throw new IllegalArgumentException(
          "The payload must be a JSON object, such as {\"dataset\":\"trips.csv\"}");
    }
  }

  /** A request without options. */
  public JobRequest(
      String type,
      String payload,
      @Nullable String priority,
      @Nullable String pool,
      @Nullable String timeout,
      @Nullable Integer maxAttempts) {
    this(type, payload, priority, pool, timeout, maxAttempts, SubmitOptions.NONE);
  }

  /** A request that leaves everything but type and payload to the server. */
  public static JobRequest of(String type, String payload) {
    return new JobRequest(type, payload, null, null, null, null);
  }

  /** The request body. */
  public String toJson() {
    ObjectNode body = STRICT.createObjectNode().put("type", type);
    body.putRawValue("payload", new RawValue(payload.strip()));
    if (priority != null) {
      body.put("priority", priority);
    }
    if (pool != null) {
      body.put("pool", pool);
    }
    if (timeout != null) {
      body.put("timeout", timeout);
    }
    if (maxAttempts != null) {
      body.put("maxAttempts", maxAttempts);
    }
    options.addTo(body);
    return STRICT.writeValueAsString(body);
  }

  private static String reason(JacksonException e) {
    String what = e.getOriginalMessage().lines().findFirst().orElse("it ends too early");
    if (e.getLocation() == null) {
      return what;
    }
    return what
        + " (line "
        + e.getLocation().getLineNr()
        + ", column "
        + e.getLocation().getColumnNr()
        + ")";
  }
}
