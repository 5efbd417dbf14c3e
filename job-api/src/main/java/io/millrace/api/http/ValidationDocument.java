package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What checking a definition came to: its version and nodes, or its faults.
 *
 * @param nodes how many it has, {@code onFailure} included
 * @param faults the first ones by line
 * @param more how many there are beyond these
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ValidationDocument(
    boolean valid,
    @Nullable String version,
    @Nullable Integer nodes,
    @Nullable List<Fault> faults,
    @Nullable Integer more) {

  /** One thing that is wrong, and where in the text when it has a place there. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Fault(String pointer, @Nullable Integer line, @Nullable Integer column, String message) {}

  static ValidationDocument of(Definition definition) {
    return switch (definition) {
      case Definition.Good good ->
          new ValidationDocument(true, good.plan().version(), nodes(good.plan()), null, null);
      case Definition.Bad bad -> new ValidationDocument(false, null, null, faults(bad), bad.more());
    };
  }

  /** How many nodes a plan has. */
  static int nodes(Plan plan) {
    return plan.main().nodes().size() + plan.compensation().nodes().size();
  }

  private static List<Fault> faults(Definition.Bad bad) {
    return bad.faults().stream()
        .map(
            fault ->
                new Fault(
                    fault.pointer(),
                    WorkflowProblems.place(fault.line()),
                    WorkflowProblems.place(fault.column()),
                    fault.message()))
        .toList();
  }
}
