package io.millrace.workflow.engine;

import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.Definitions;
import io.millrace.workflow.run.Advance;
import java.nio.charset.StandardCharsets;

/** Compiles definitions that were accepted once. */
public final class CompiledPlan {
  private CompiledPlan() {}

  /**
   * Compiles a stored definition. What it refers to is not looked up again: it may be gone by now,
   * which the node that needs it finds out.
   *
   * @throws IllegalStateException when this program does not accept it any more
   */
  public static Advance of(String workflow, String definition) {
    return switch (Definitions.read(workflow, definition.getBytes(StandardCharsets.UTF_8), null)) {
      case Definition.Good good -> new Advance(good.plan());
      case Definition.Bad bad ->
          throw new IllegalStateException(
              "the definition of workflow %s is not accepted any more: %s"
                  .formatted(workflow, bad.faults().getFirst()));
    };
  }
}
