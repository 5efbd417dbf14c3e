package io.millrace.api.workflow;

import io.millrace.api.admission.KnownTypes;
import io.millrace.model.WorkflowVersion;
import io.millrace.store.WorkflowStore;
import io.millrace.store.WorkflowStore.Put;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionDiff;
import io.millrace.workflow.definition.Definitions;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.WorkflowLimits;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks, keeps and shows definitions of workflows. Thread-safe. */
public final class Workflows implements AutoCloseable {
  private final WorkflowStore store;
  private final KnownTypes types;
  private final CompilerThreads threads = new CompilerThreads();
  private final Diagrams diagrams = new Diagrams();

  public Workflows(WorkflowStore store, KnownTypes types) {
    this.store = store;
    this.types = types;
  }

  /**
   * Checks a definition against the types, the pools and the tenant's workflows there are.
   *
   * @param name of the workflow, which may call itself; empty for none
   * @param text YAML or JSON in UTF-8
   */
  public Definition check(String tenant, String name, byte[] text)
      throws SQLException, InterruptedException {
    Set<String> workflows =
        store.list(tenant, "", WorkflowLimits.MAX_WORKFLOWS).stream()
            .map(WorkflowVersion::name)
            .collect(Collectors.toUnmodifiableSet());
    TenantCatalogue catalogue = new TenantCatalogue(types, workflows);
    return threads.call(() -> Acceptance.check(Definitions.read(name, text, catalogue), text));
  }

  /** Keeps a definition that was found good and makes it the one that new runs start with. */
  public Put keep(String tenant, Definition.Good definition) throws SQLException {
    Plan plan = definition.plan();
    return store.put(
        tenant,
        plan.workflow(),
        plan.version(),
        definition.canonicalJson(),
        WorkflowLimits.MAX_WORKFLOWS,
        WorkflowLimits.MAX_VERSIONS);
  }

  /** One version of a workflow. */
  public Optional<WorkflowVersion> find(String tenant, String name, VersionChoice choice)
      throws SQLException {
    return switch (choice) {
      case VersionChoice.Current current -> store.find(tenant, name);
      case VersionChoice.Number(int number) -> store.find(tenant, name, number);
      case VersionChoice.Hash(String version) -> store.find(tenant, name, version);
    };
  }

  /**
   * Workflows by name, in their current versions.
   *
   * @param after the name to begin after, or an empty text
   */
  public List<WorkflowVersion> list(String tenant, String after, int limit) throws SQLException {
    return store.list(tenant, after, limit);
  }

  /**
   * Versions of a workflow, the latest first.
   *
   * @param before only those with a lower number
   */
  public List<WorkflowVersion> versions(String tenant, String name, int before, int limit)
      throws SQLException {
    return store.versions(tenant, name, before, limit);
  }

  /** The canonical JSON of a version; empty when it was deleted meanwhile. */
  public Optional<String> definition(WorkflowVersion version) throws SQLException {
    return store.definition(version.tenant(), version.name(), version.version());
  }

  /** A version drawn; empty when it was deleted meanwhile. */
  public Optional<String> diagram(WorkflowVersion version, DiagramFormat format)
      throws SQLException, InterruptedException {
    String kept = diagrams.find(version.name(), version.version(), format);
    if (kept != null) {
      return Optional.of(kept);
    }
    Optional<String> definition = definition(version);
    return definition.isEmpty()
        ? Optional.empty()
        : Optional.of(threads.call(() -> diagrams.draw(version.name(), definition.get(), format)));
  }

  /**
   * What is different between two versions.
   *
   * @param from the earlier one, or null for nothing at all
   * @return empty when one was deleted meanwhile
   */
  public Optional<DefinitionDiff> diff(@Nullable WorkflowVersion from, WorkflowVersion to)
      throws SQLException, InterruptedException {
    Optional<String> earlier = from == null ? Optional.of("{}") : definition(from);
    Optional<String> later = definition(to);
    return earlier.isEmpty() || later.isEmpty()
        ? Optional.empty()
        : Optional.of(
            threads.call(
                () -> DefinitionDiff.of(Kept.tree(earlier.get()), Kept.tree(later.get()))));
  }

  /**
   * Deletes a workflow with all its versions.
   *
   * @return false when there is none of this name
   */
  public boolean delete(String tenant, String name) throws SQLException {
    return store.delete(tenant, name);
  }

  @Override
  public void close() {
    threads.close();
  }
}
