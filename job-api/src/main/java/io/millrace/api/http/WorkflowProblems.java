package io.millrace.api.http;

import io.millrace.api.http.Problem.Fault;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionFault;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The problems of workflows. */
final class WorkflowProblems {
  private WorkflowProblems() {}

  static ProblemException refused(Definition.Bad bad) {
    int count = bad.faults().size() + bad.more();
    String detail = bad.faults().getFirst().message();
    if (count > 1) {
      detail = count + " things are wrong with it";
    }
    return ProblemException.placed(
        400,
        "invalid-workflow",
        "The workflow cannot be accepted",
        bad.more() == 0 ? detail : detail + "; the first " + bad.faults().size() + " are listed",
        bad.faults().stream().map(WorkflowProblems::fault).toList());
  }

  private static Fault fault(DefinitionFault fault) {
    return new Fault(fault.pointer(), fault.message(), place(fault.line()), place(fault.column()));
  }

  /** Zero means that there is none. */
  static @Nullable Integer place(int lineOrColumn) {
    return lineOrColumn == 0 ? null : lineOrColumn;
  }

  static ProblemException noDefinition(@Nullable String contentType, List<String> known) {
    return new ProblemException(
        415,
        "unsupported-media-type",
        "The body is not declared as YAML or JSON",
        "Content-Type is %s; send one of %s, in UTF-8"
            .formatted(
                contentType == null ? "missing" : "\"" + contentType + "\"",
                String.join(", ", known)));
  }

  static ProblemException badName() {
    return new ProblemException(
        400,
        "invalid-workflow-name",
        "This cannot be a workflow's name",
        "a workflow's name has the form "
            + WorkflowLimits.NAME_PATTERN
            + ": a lower-case letter and up to 62 more lower-case letters, digits, dots, hyphens"
            + " and underscores");
  }

  static ProblemException badPreview() {
    return new ProblemException(
        400,
        "invalid-parameter",
        "It is not clear whether this is a preview",
        "preview must be true, or be left out to register the definition; nothing was kept");
  }

  static ProblemException badFormat(List<String> known) {
    return new ProblemException(
        400,
        "invalid-parameter",
        "The diagram cannot be given",
        "format must be one of " + String.join(", ", known));
  }

  static ProblemException noWorkflow(String name) {
    return new ProblemException(
        404, "workflow-not-found", "There is no such workflow", "no workflow named " + name);
  }

  static ProblemException noVersion(String name, String detail) {
    return new ProblemException(
        404,
        "version-not-found",
        "The workflow has no such version",
        detail + "; GET /v1/workflows/" + name + "/versions lists those there are");
  }

  static ProblemException tooManyWorkflows() {
    return new ProblemException(
        409,
        "too-many-workflows",
        "There are as many workflows as there may be",
        "a tenant may have %d workflows; delete one first".formatted(WorkflowLimits.MAX_WORKFLOWS));
  }

  static ProblemException tooManyVersions(String name) {
    return new ProblemException(
        409,
        "too-many-versions",
        "There are as many versions of the workflow as there may be",
        "a workflow may have %d versions and %s has them; put one of those, or another name"
            .formatted(WorkflowLimits.MAX_VERSIONS, name));
  }

  static ProblemException tooManyDefinitions(int most) {
    return new ProblemException(
        503,
        "too-many-definitions",
        "Too many definitions are being read",
        "this process reads %d definitions at once; nothing of this one was kept".formatted(most),
        List.of(),
        2);
  }
}
