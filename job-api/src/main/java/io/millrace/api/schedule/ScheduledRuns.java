package io.millrace.api.schedule;

import io.millrace.api.admission.RunCheck;
import io.millrace.api.run.RunAdmission;
import io.millrace.api.run.RunAdmission.Verdict;
import io.millrace.document.FieldError;
import io.millrace.document.Names;
import io.millrace.document.NearName;
import io.millrace.model.NewRun;
import io.millrace.model.ScheduleWork;
import io.millrace.schedule.RunTemplate;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Checks the workflow runs of schedules and makes them. Thread-safe. */
final class ScheduledRuns implements RunCheck {
  private static final Set<String> FIELDS = Set.of("workflow", "input", "version", "labels");
  private static final String AT = "#/run";

  /** A version's hash is the longest that fits anything. */
  private static final int MAX_CHARS = 64;

  /** The version that is current at each firing. */
  private static final String LATEST = "latest";

  private final RunAdmission runs;

  ScheduledRuns(RunAdmission runs) {
    this.runs = runs;
  }

  @Override
  public Optional<ScheduleWork> check(JsonNode run, String tenant, List<FieldError> faults)
      throws SQLException {
    int before = faults.size();
    if (!run.isObject()) {
      faults.add(new FieldError(AT, "run must be an object with workflow, input and version"));
      return Optional.empty();
    }
    for (String name : run.propertyNames()) {
      if (!FIELDS.contains(name)) {
        String hint = NearName.of(name, FIELDS).map(n -> "; did you mean " + n + "?").orElse("");
        faults.add(
            new FieldError(
                AT + "/" + Names.escaped(name), "there is no field of this name" + hint));
      }
    }
    String workflow = text(run, "workflow", faults);
    String version = text(run, "version", faults);
    if (workflow == null && faults.size() == before) {
      faults.add(new FieldError(AT + "/workflow", "workflow is missing; it names what to run"));
    }
    if (workflow == null || faults.size() > before) {
      return Optional.empty();
    }
    String pinned = LATEST.equals(version) ? null : version;
    return switch (admit(run, tenant, workflow, pinned, null)) {
      case Verdict.Admitted(NewRun admitted, Set<String> _) ->
          Optional.of(
              new ScheduleWork.Run(
                  new RunTemplate(
                          run,
                          workflow,
                          pinned == null ? null : admitted.version(),
                          admitted.labels())
                      .encode()));
      case Verdict.NoWorkflow() -> {
        faults.add(new FieldError(AT + "/workflow", "there is no workflow named " + workflow));
        yield Optional.empty();
      }
      case Verdict.NoVersion(String asked) -> {
        faults.add(
            new FieldError(
                AT + "/version",
                "%s has no version %s; give a number, a hash or latest"
                    .formatted(workflow, asked)));
        yield Optional.empty();
      }
      case Verdict.Refused(var errors) -> {
        errors.forEach(
            error -> faults.add(new FieldError(AT + error.pointer().substring(1), error.detail())));
        yield Optional.empty();
      }
    };
  }

  /** The run of a template now, or why there can be none any more. */
  Verdict admit(RunTemplate template, String tenant, @Nullable String traceparent)
      throws SQLException {
    return admit(template.request(), tenant, template.workflow(), template.version(), traceparent);
  }

  private Verdict admit(
      JsonNode run,
      String tenant,
      String workflow,
      @Nullable String version,
      @Nullable String traceparent)
      throws SQLException {
    return runs.admit(tenant, workflow, version, run.get("input"), run.get("labels"), traceparent);
  }

  private static @Nullable String text(JsonNode run, String field, List<FieldError> faults) {
    JsonNode given = run.get(field);
    if (given != null && !given.isString()) {
      faults.add(new FieldError(AT + "/" + field, field + " must be a string"));
      return null;
    }
    if (given != null && given.stringValue().length() > MAX_CHARS) {
      faults.add(
          new FieldError(
              AT + "/" + field, "%s has at most %d characters".formatted(field, MAX_CHARS)));
      return null;
    }
    return given == null ? null : given.stringValue();
  }
}
