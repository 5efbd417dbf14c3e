package io.millrace.workflow.plan;

import org.jspecify.annotations.Nullable;

/** What an expression may read. */
public interface Scope {
  /**
   * The value of a variable: {@code input}, {@code run}, {@code nodes}, and where they apply the
   * item's own name, {@code index}, {@code loop} and {@code output}.
   *
   * @return a value of JSON; null also when the name has none here
   */
  @Nullable Object variable(String name);
}
