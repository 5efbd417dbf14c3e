package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.workflow.Preview;
import io.millrace.model.WorkflowVersion;
import io.millrace.store.LiveRunStore;
import io.millrace.store.LiveRunStore.Live;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What putting a definition would come to.
 *
 * @param change CREATED, NEW_VERSION, OLDER_VERSION or UNCHANGED
 * @param number the one the version has; absent for a new one
 * @param nodes how many it has, {@code onFailure} included
 * @param live the versions that runs still go by, whatever is put
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PreviewDocument(
    String name,
    Preview.Change change,
    String version,
    @Nullable Integer number,
    int nodes,
    Diff diff,
    List<LiveDocument> live) {

  /**
   * The difference to the current version.
   *
   * @param from absent when there is none; then it is to nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Diff(
      WorkflowDiffDocument.@Nullable Side from,
      List<String> fields,
      List<String> added,
      List<String> removed,
      Map<String, List<String>> changed) {}

  /**
   * Runs that go on by one version.
   *
   * @param runs how many, counted to 10,000
   * @param more whether there are more than that
   * @param some at most 20 of them
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LiveDocument(
      String version, int number, int runs, @Nullable Boolean more, List<UUID> some) {
    static LiveDocument of(Live live) {
      boolean more = live.runs() > LiveRunStore.MOST_COUNTED;
      return new LiveDocument(
          live.version(),
          live.number(),
          Math.min(live.runs(), LiveRunStore.MOST_COUNTED),
          more ? true : null,
          live.some());
    }
  }

  static PreviewDocument of(Preview preview) {
    WorkflowVersion current = preview.current();
    WorkflowVersion known = preview.known();
    return new PreviewDocument(
        preview.definition().plan().workflow(),
        preview.change(),
        preview.definition().plan().version(),
        known == null ? null : known.number(),
        ValidationDocument.nodes(preview.definition().plan()),
        new Diff(
            current == null ? null : WorkflowDiffDocument.Side.of(current),
            preview.diff().fields(),
            preview.diff().added(),
            preview.diff().removed(),
            preview.diff().changed()),
        preview.live().stream().map(LiveDocument::of).toList());
  }
}
