package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.model.WorkflowVersion;
import io.millrace.workflow.definition.DefinitionDiff;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two versions of a workflow.
 *
 * @param from the earlier one; absent when the first version is compared with nothing
 * @param same whether there is no difference
 * @param fields the fields beside the nodes that differ
 * @param added names of nodes; those of the compensation have {@code onFailure/} in front
 * @param changed names of nodes with their fields that differ
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WorkflowDiffDocument(
    String name,
    @Nullable Side from,
    Side to,
    boolean same,
    List<String> fields,
    List<String> added,
    List<String> removed,
    Map<String, List<String>> changed) {

  /** One of the two. */
  record Side(String version, int number) {
    static Side of(WorkflowVersion version) {
      return new Side(version.version(), version.number());
    }
  }

  static WorkflowDiffDocument of(
      @Nullable WorkflowVersion from, WorkflowVersion to, DefinitionDiff diff) {
    return new WorkflowDiffDocument(
        to.name(),
        from == null ? null : Side.of(from),
        Side.of(to),
        diff.isEmpty(),
        diff.fields(),
        diff.added(),
        diff.removed(),
        diff.changed());
  }
}
