package io.millrace.api.run;

import io.millrace.api.admission.KnownTypes;
import io.millrace.api.admission.LabelsReader;
import io.millrace.document.Faults;
import io.millrace.document.FieldError;
import io.millrace.document.Fields;
import io.millrace.model.NewRun;
import io.millrace.model.WorkflowVersion;
import io.millrace.runtime.Ids;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.run.Advance;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Turns a request into a run, or says everything that is wrong with it. Thread-safe. */
public final class RunAdmission {
  private final WorkflowStore workflows;
  private final Plans plans;
  private final KnownTypes types;
  private final RunInputs inputs = new RunInputs();
  private final Ids ids;

  public RunAdmission(WorkflowStore workflows, Plans plans, KnownTypes types, Ids ids) {
    this.workflows = workflows;
    this.plans = plans;
    this.types = types;
    this.ids = ids;
  }

  /** What became of a request. */
  public sealed interface Verdict {
    /**
     * It may be stored.
     *
     * @param pools that its first jobs go to
     */
    record Admitted(NewRun run, Set<String> pools) implements Verdict {}

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
    JsonNode given = input == null ? JsonNodeFactory.instance.objectNode() : input;
    return admit(chosen.get(), given, labels, traceparent);
  }

  private Verdict admit(
      WorkflowVersion version,
      JsonNode input,
      @Nullable JsonNode labels,
      @Nullable String traceparent)
      throws SQLException {
    UUID id = ids.next();
    String tenant = version.tenant();
    List<FieldError> errors = new ArrayList<>(inputs.faults(input));
    Optional<Plan> plan = errors.isEmpty() ? plan(version) : Optional.empty();
    plan.ifPresent(known -> errors.addAll(inputs.faults(known, tenant, id, input)));
    String named = labels(labels, errors);
    if (!errors.isEmpty()) {
      return new Verdict.Refused(errors);
    }
    Set<String> pools =
        plan.map(
                known ->
                    FirstPools.of(
                        known.main().nodes().stream().filter(node -> node.in() == 0).toList(),
                        types))
            .orElse(Set.of());
    return new Verdict.Admitted(
        new NewRun(
            id,
            tenant,
            version.name(),
            version.version(),
            input.toString(),
            named,
            traceparent,
            0,
            null),
        pools);
  }

  private Optional<Plan> plan(WorkflowVersion version) throws SQLException {
    return plans
        .of(
            version.name(),
            version.version(),
            () -> workflows.definition(version.tenant(), version.name(), version.version()))
        .map(Advance::plan);
  }

  /** A document as expressions read it. */
  public @Nullable Object value(JsonNode document) {
    return RunInputs.value(document);
  }

  private Optional<WorkflowVersion> chosen(String tenant, String workflow, String version)
      throws SQLException {
    return version.matches("[1-9][0-9]{0,8}")
        ? workflows.find(tenant, workflow, Integer.parseInt(version))
        : workflows.find(tenant, workflow, version);
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
