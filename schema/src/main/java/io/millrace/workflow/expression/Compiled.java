package io.millrace.workflow.expression;

import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Scope;
import org.jspecify.annotations.Nullable;

/** An expression whose evaluation can share its bounds with others. */
sealed interface Compiled extends Expression permits CelExpression, PathExpression {
  /** Its value, paid for by a meter. */
  @Nullable Object evaluate(Scope scope, Meter meter) throws ExpressionException;

  @Override
  default @Nullable Object evaluate(Scope scope) throws ExpressionException {
    return evaluate(scope, new Meter());
  }
}
