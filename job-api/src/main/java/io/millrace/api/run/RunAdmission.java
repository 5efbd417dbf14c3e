package io.millrace.api.run;

import io.millrace.api.admission.LabelsReader;
import io.millrace.api.admission.PayloadValidator;
import io.millrace.document.Faults;
import io.millrace.document.FieldError;
import io.millrace.document.Fields;
import io.millrace.model.Limits;
import io.millrace.model.NewRun;
import io.millrace.model.WorkflowVersion;
import io.millrace.runtime.Ids;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Turns a request into a run, or says everything that is wrong with it. Thread-safe. */
public final class RunAdmission {
  private static final JsonMapper VALUES =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private final WorkflowStore workflows;
  private final Plans plans;
  private final PayloadValidator validator = PayloadValidator.ofCallers();
  private final Ids ids;

  public RunAdmission(WorkflowStore workflows, Plans plans, Ids ids) {
    this.workflows = workflows;
    this.plans = plans;
    this.ids = ids;
  }

  /** What became of a request. */
  public sealed interface Verdict {
    /** It may be stored. */
    record Admitted(NewRun run) implements Verdict {}

    /** There is no workflow of the name. */
    record NoWorkflow() implements Verdict {}

    /** There is no such version of it. */
    record NoVersion(String version) implements Verdict {}

    /** Something in it is wrong. */
    record Refused(List<FieldError> errors) implements Verdict {}
  }

  /**
   * Checks a request.
   *
   * @param version a hash or a number; null takes the one that new runs start with
   * @param input null takes an empty object
   */
  public Verdict admit(
      String tenant,
      String workflow,
      @Nullable String version,
      @Nullable JsonNode input,
      @Nullable JsonNode labels,
      @Nullable String traceparent)
      throws SQLException {
    Optional<WorkflowVersion> current = workflows.find(tenant, workflow);
    if (current.isEmpty()) {
      return new Verdict.NoWorkflow();
    }
    Optional<WorkflowVersion> chosen =
        version == null ? current : chosen(tenant, workflow, version);
    if (chosen.isEmpty()) {
      return new Verdict.NoVersion(String.valueOf(version));
    }
    String hash = chosen.get().version();
    JsonNode given = input == null ? JsonNodeFactory.instance.objectNode() : input;
    List<FieldError> errors = new ArrayList<>(faults(tenant, workflow, hash, given));
    String named = labels(labels, errors);
    if (!errors.isEmpty()) {
      return new Verdict.Refused(errors);
    }
    return new Verdict.Admitted(
        new NewRun(
            ids.next(), tenant, workflow, hash, given.toString(), named, traceparent, 0, null));
  }

  /** A document as expressions read it. */
  public @Nullable Object value(JsonNode document) {
    return VALUES.treeToValue(document, Object.class);
  }

  private Optional<WorkflowVersion> chosen(String tenant, String workflow, String version)
      throws SQLException {
    return version.matches("[1-9][0-9]{0,8}")
        ? workflows.find(tenant, workflow, Integer.parseInt(version))
        : workflows.find(tenant, workflow, version);
  }

  private List<FieldError> faults(String tenant, String workflow, String version, JsonNode input)
      throws SQLException {
    int bytes = input.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Limits.MAX_PAYLOAD_BYTES) {
      return List.of(
          new FieldError(
              "#/input",
              "input has %,d bytes; the limit is %,d".formatted(bytes, Limits.MAX_PAYLOAD_BYTES)));
    }
    String schema =
        plans
            .of(workflow, version, () -> workflows.definition(tenant, workflow, version))
            .map(advance -> advance.plan().inputSchema())
            .orElse(null);
    return schema == null ? List.of() : validator.validate(schema, input, "input");
  }

  private static @Nullable String labels(@Nullable JsonNode labels, List<FieldError> errors) {
    if (labels == null) {
      return null;
    }
    Faults faults = new Faults();
    JsonNode body = JsonNodeFactory.instance.objectNode().set("labels", labels);
    String read = LabelsReader.read(new Fields(body, "#", faults));
    errors.addAll(faults.all());
    return read;
  }
}
