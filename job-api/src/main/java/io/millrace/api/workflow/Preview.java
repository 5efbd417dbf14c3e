package io.millrace.api.workflow;

import io.millrace.model.WorkflowVersion;
import io.millrace.store.LiveRunStore.Live;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionDiff;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What putting a definition would come to.
 *
 * @param current the version new runs start with, or null
 * @param known the version it is, when it was put before; null for a new one
 * @param diff to the current version, or to nothing when there is none
 * @param live the versions that runs still go by, the latest first
 */
public record Preview(
    Definition.Good definition,
    @Nullable WorkflowVersion current,
    @Nullable WorkflowVersion known,
    DefinitionDiff diff,
    List<Live> live) {
  /** What would happen. */
  public enum Change {
    /** There is no workflow of the name. */
    CREATED,
    /** New runs would start with a version that was never there. */
    NEW_VERSION,
    /** New runs would start with an older version again. */
    OLDER_VERSION,
    /** It is the current version. */
    UNCHANGED
  }

  /** What would happen. */
  public Change change() {
    if (current == null) {
      return Change.CREATED;
    }
    if (known == null) {
      return Change.NEW_VERSION;
    }
    return known.current() ? Change.UNCHANGED : Change.OLDER_VERSION;
  }
}
