package io.millrace.workflow.plan;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON document with expressions in its texts: {@code ${…}}. */
public interface Template {
  /** The names of the nodes that its expressions read. */
  Set<String> nodes();

  /**
   * The document with the expressions' values in their places: of a text that is nothing but one
   * expression the value itself, of others the text put together.
   *
   * @throws ExpressionException when one of them has no value
   */
  @Nullable Object render(Scope scope) throws ExpressionException;
}
