package io.millrace.schedule;

import io.millrace.model.NewRun;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The workflow run a schedule starts: as its caller gave it, and what the API read from it.
 *
 * @param request a JSON object with {@code workflow} and, if given, {@code input}, {@code version}
 *     and {@code labels}
 * @param version the hash of the one version that all its runs have; null for the one that is
 *     current at each firing
 * @param labels a JSON object of strings, or null
 */
public record RunTemplate(
    JsonNode request, String workflow, @Nullable String version, @Nullable String labels) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** The input that each run gets. */
  public JsonNode input() {
    JsonNode input = request.get("input");
    return input == null ? JsonNodeFactory.instance.objectNode() : input;
  }

  /**
   * A run of the template.
   *
   * @param current the version to take when the template names none
   */
  public NewRun run(UUID id, String tenant, String current, @Nullable String traceparent) {
    return new NewRun(
        id,
        tenant,
        workflow,
        version == null ? current : version,
        input().toString(),
        labels,
        traceparent,
        0,
        null);
  }

  /** The template as a JSON document, which {@link #decode} reads. */
  public String encode() {
    ObjectNode document = JSON.createObjectNode();
    document.set("request", request);
    ObjectNode resolved = document.putObject("resolved");
    resolved.put("workflow", workflow);
    if (version != null) {
      resolved.put("version", version);
    }
    if (labels != null) {
      resolved.put("labels", labels);
    }
    return document.toString();
  }

  /** Reads what {@link #encode} wrote. */
  public static RunTemplate decode(String text) {
    JsonNode document = JSON.readTree(text);
    JsonNode resolved = document.path("resolved");
    return new RunTemplate(
        document.path("request"),
        resolved.path("workflow").asString(),
        text(resolved, "version"),
        text(resolved, "labels"));
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null ? null : value.asString();
  }
}
