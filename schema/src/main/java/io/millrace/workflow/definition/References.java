package io.millrace.workflow.definition;

import io.millrace.document.Fields;
import io.millrace.model.JobType;
import io.millrace.model.Limits;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks names of what lies outside of the definition; without a catalogue their shape alone. */
final class References {
  private static final int MAX_LISTED = 20;
  private static final Pattern TYPE = Pattern.compile(Limits.TYPE_PATTERN);
  private static final Pattern WORKFLOW = Pattern.compile(WorkflowLimits.NAME_PATTERN);
  private static final Pattern POOL = Pattern.compile(Limits.POOL_PATTERN);

  private final @Nullable Catalogue catalogue;
  private final String workflow;

  References(@Nullable Catalogue catalogue, String workflow) {
    this.catalogue = catalogue;
    this.workflow = workflow;
  }

  /** The type of a node; null when it is unknown here. */
  @Nullable JobType type(Fields node, String name) {
    if (catalogue == null) {
      shape(node, "type", name, TYPE.matcher(name).matches(), Limits.MAX_TYPE_CHARS);
      return null;
    }
    Optional<JobType> type = catalogue.type(name);
    if (type.isEmpty()) {
      unknown(node, "type", "no worker has announced this type", name, catalogue.types());
    }
    return type.orElse(null);
  }

  void workflow(Fields node, String name) {
    if (catalogue == null) {
      shape(node, "workflow", name, WORKFLOW.matcher(name).matches(), 63);
    } else if (!name.equals(workflow) && !catalogue.workflows().contains(name)) {
      unknown(node, "workflow", "there is no workflow of this name", name, catalogue.workflows());
    }
  }

  void pool(Fields node, String name) {
    if (catalogue == null) {
      shape(node, "pool", name, POOL.matcher(name).matches(), 32);
    } else if (!catalogue.pools().contains(name)) {
      unknown(node, "pool", "no worker serves a pool of this name", name, catalogue.pools());
    }
  }

  private static void shape(Fields node, String field, String name, boolean fits, int most) {
    if (!fits || name.length() > most) {
      node.fault(
          field, field + " is not the name of one: lower case, at most " + most + " characters");
    }
  }

  private static void unknown(
      Fields node, String field, String what, String name, Set<String> known) {
    String listed = known.stream().sorted().limit(MAX_LISTED).collect(Collectors.joining(", "));
    String list = known.isEmpty() ? "there is none yet" : "known are " + listed;
    String more = known.size() > MAX_LISTED ? " and " + (known.size() - MAX_LISTED) + " more" : "";
    node.fault(field, what + DefinitionReader.near(name, known) + " (" + list + more + ")");
  }
}
