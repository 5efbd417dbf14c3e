package io.millrace.workflow.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.millrace.document.Names;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Scope;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An expression that CEL evaluates. */
final class CelExpression implements Compiled {
  private static final String TOO_MUCH =
      "it takes more than " + Meter.MAX_STEPS + " steps; read less, or work it out in a job";

  private final String source;
  private final Set<String> nodes;
  private final Set<String> variables;
  private final CelRuntime.Program program;

  private CelExpression(
      String source, Set<String> nodes, Set<String> variables, CelRuntime.Program program) {
    this.source = source;
    this.nodes = nodes;
    this.variables = variables;
    this.program = program;
  }

  /** Compiles a text. */
  static CelExpression of(String source, Vocabulary vocabulary, CelCompiler compiler)
      throws BadExpressionException {
    try {
      CelAbstractSyntaxTree parsed = good(compiler.parse(source));
      Set<String> nodes = Survey.nodes(parsed, vocabulary);
      CelAbstractSyntaxTree checked = good(compiler.check(parsed));
      return new CelExpression(
          source, nodes, vocabulary.variables(), Environment.RUNTIME.createProgram(checked));
    } catch (CelValidationException | CelEvaluationException e) {
      throw new BadExpressionException(Wording.firstLine(e), BadExpressionException.NOWHERE);
    }
  }

  private static CelAbstractSyntaxTree good(CelValidationResult result)
      throws BadExpressionException, CelValidationException {
    if (result.hasError() && !result.getErrors().isEmpty()) {
      CelIssue issue = result.getErrors().getFirst();
      int offset = result.getSource().getLocationOffset(issue.getSourceLocation()).orElse(-1);
      throw new BadExpressionException(Wording.ofIssue(issue.getMessage()), offset);
    }
    return result.getAst();
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public Set<String> nodes() {
    return nodes;
  }

  @Override
  public @Nullable Object evaluate(Scope scope, Meter meter) throws ExpressionException {
    try {
      Object value = ScopedValue.where(Environment.METER, meter).call(() -> run(scope, meter));
      return JsonValues.copy(value, CelValues::plain, meter);
    } catch (CelEvaluationException e) {
      String fault = meter.isSpent() ? TOO_MUCH : Wording.of(e);
      throw new ExpressionException(Names.shown(source) + ": " + fault);
    } catch (ExpressionException e) {
      throw new ExpressionException(Names.shown(source) + ": " + e.getMessage());
    } catch (Meter.SpentException e) {
      throw new ExpressionException(Names.shown(source) + ": " + TOO_MUCH);
    }
  }

  private Object run(Scope scope, Meter meter) throws CelEvaluationException {
    Object value =
        program.trace(
            name -> variables.contains(name) ? Optional.of(in(scope, name)) : Optional.empty(),
            (expr, result) -> meter.charge(1));
    if (meter.isSpent()) {
      throw new Meter.SpentException(); // an operator may have gone on without the operand
    }
    return value;
  }

  private static Object in(Scope scope, String name) {
    return CelValues.in(scope.variable(name));
  }
}
