package io.millrace.api.run;

import io.millrace.api.admission.PayloadValidator;
import io.millrace.document.FieldError;
import io.millrace.model.Limits;
import io.millrace.runtime.Ids;
import io.millrace.workflow.engine.ConcurrencyKey;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks whether an input fits a workflow. Thread-safe. */
final class RunInputs {
  private static final JsonMapper VALUES =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private final PayloadValidator validator = PayloadValidator.ofCallers();

  /** A document as expressions read it. */
  static @Nullable Object value(JsonNode document) {
    return VALUES.treeToValue(document, Object.class);
  }

  /** What is wrong with an input before any workflow has looked at it. */
  List<FieldError> faults(JsonNode input) {
    int bytes = input.toString().getBytes(StandardCharsets.UTF_8).length;
    return bytes <= Limits.MAX_PAYLOAD_BYTES
        ? List.of()
        : List.of(
            new FieldError(
                "#/input",
                "input has %,d bytes; the limit is %,d"
                    .formatted(bytes, Limits.MAX_PAYLOAD_BYTES)));
  }

  /** What is wrong with the input of a run with this id; it must be checked, and have a key. */
  List<FieldError> faults(Plan plan, String tenant, UUID id, JsonNode input) {
    String schema = plan.inputSchema();
    List<FieldError> faults =
        schema == null ? List.of() : validator.validate(schema, input, "input");
    Plan.Concurrency concurrency = plan.concurrency();
    return faults.isEmpty() && concurrency != null
        ? keyFaults(plan, concurrency, tenant, id, input)
        : faults;
  }

  private static List<FieldError> keyFaults(
      Plan plan, Plan.Concurrency concurrency, String tenant, UUID id, JsonNode input) {
    Map<String, @Nullable Object> run = new HashMap<>();
    run.put("id", id.toString());
    run.put("tenant", tenant);
    run.put("workflow", plan.workflow());
    run.put("version", plan.version());
    run.put("startedAt", Ids.timeOf(id).toString());
    try {
      ConcurrencyKey.of(concurrency, value(input), run);
      return List.of();
    } catch (ExpressionException e) {
      return List.of(new FieldError("#/input", String.valueOf(e.getMessage())));
    }
  }
}
