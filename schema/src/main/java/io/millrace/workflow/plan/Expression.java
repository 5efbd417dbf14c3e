package io.millrace.workflow.plan;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression: no side effects, always ends. Values are those of JSON: null, {@link
 * Boolean}, {@link Long}, {@link Double}, {@link String}, {@link java.util.List} and {@link
 * java.util.Map} with text keys.
 */
public interface Expression {
  /** The text it was compiled from. */
  String source();

  /** The names of the nodes it reads; all of them lie before the node it belongs to. */
  Set<String> nodes();

  /**
   * Its value.
   *
   * @throws ExpressionException when it cannot be worked out, or takes more steps or more room than
   *     it may
   */
  @Nullable Object evaluate(Scope scope) throws ExpressionException;
}
