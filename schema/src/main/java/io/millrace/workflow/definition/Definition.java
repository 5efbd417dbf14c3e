package io.millrace.workflow.definition;

import io.millrace.workflow.plan.Plan;
import java.util.List;

/** What reading a definition comes to. */
public sealed interface Definition {
  /**
   * A definition that can be run.
   *
   * @param canonicalJson its text to store: reading it again gives the same plan and version
   */
  record Good(Plan plan, String canonicalJson) implements Definition {}

  /**
   * A definition with faults.
   *
   * @param faults the first ones, at least one, by line
   * @param more how many there are beyond these
   */
  record Bad(List<DefinitionFault> faults, int more) implements Definition {}
}
