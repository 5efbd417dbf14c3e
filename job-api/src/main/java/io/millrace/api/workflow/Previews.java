package io.millrace.api.workflow;

import io.millrace.model.WorkflowVersion;
import io.millrace.store.LiveRunStore;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionDiff;
import java.sql.SQLException;
import java.util.Optional;

/** Tells what putting definitions would come to, and writes nothing. Thread-safe. */
public final class Previews {
  private final WorkflowStore store;
  private final LiveRunStore live;

  public Previews(WorkflowStore store, LiveRunStore live) {
    this.store = store;
    this.live = live;
  }

  /** What putting a definition that was found good would come to now. */
  public Preview of(String tenant, Definition.Good definition) throws SQLException {
    String name = definition.plan().workflow();
    Optional<WorkflowVersion> current = store.find(tenant, name);
    Optional<WorkflowVersion> known = store.find(tenant, name, definition.plan().version());
    Optional<String> before =
        current.isEmpty()
            ? Optional.empty()
            : store.definition(tenant, name, current.get().version());
    return new Preview(
        definition,
        current.orElse(null),
        known.orElse(null),
        DefinitionDiff.of(Kept.tree(before.orElse("{}")), Kept.tree(definition.canonicalJson())),
        live.byVersion(tenant, name));
  }
}
