package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.model.WorkflowVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a workflow as it is shown.
 *
 * @param version SHA-256 of the definition
 * @param number counts the workflow's versions from 1
 * @param current whether new runs start with it
 * @param createdAt when this version first came; the database's time, in UTC
 * @param changed whether a put made it the current one
 * @param nodes how many it has, {@code onFailure} included; only after a put
 * @param definition canonical JSON; not in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WorkflowDocument(
    String name,
    String version,
    int number,
    boolean current,
    Instant createdAt,
    @Nullable Boolean changed,
    @Nullable Integer nodes,
    @JsonRawValue @Nullable String definition,
    Links links) {

  /** Where to go from here; {@code diff} is to the version before. */
  record Links(String self, String versions, String graph, String diff) {
    static Links current(String name) {
      String self = path(name);
      return new Links(self, self + "/versions", self + "/graph", self + "/diff");
    }

    static Links version(String name, int number) {
      String workflow = path(name);
      String versions = workflow + "/versions";
      return new Links(
          versions + "/" + number,
          versions,
          workflow + "/graph?version=" + number,
          workflow + "/diff?to=" + number);
    }
  }

  static String path(String name) {
    return WorkflowController.PATH + "/" + name;
  }

  static WorkflowDocument put(WorkflowVersion version, boolean changed, int nodes) {
    return of(version, changed, nodes, null, Links.current(version.name()));
  }

  /** The workflow, by its current version. */
  static WorkflowDocument current(WorkflowVersion version, @Nullable String definition) {
    return of(version, null, null, definition, Links.current(version.name()));
  }

  static WorkflowDocument version(WorkflowVersion version, @Nullable String definition) {
    return of(version, null, null, definition, Links.version(version.name(), version.number()));
  }

  private static WorkflowDocument of(
      WorkflowVersion version,
      @Nullable Boolean changed,
      @Nullable Integer nodes,
      @Nullable String definition,
      Links links) {
    return new WorkflowDocument(
        version.name(),
        version.version(),
        version.number(),
        version.current(),
        version.createdAt(),
        changed,
        nodes,
        definition,
        links);
  }
}
