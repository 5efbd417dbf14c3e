package io.millrace.workflow.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An expression that CEL evaluates. */
final class CelExpression implements Compiled {
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '(.*?)' .*");
  private static final Pattern NO_KEY = Pattern.compile("key '(.*)' is not present in map\\.?");

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
      throw new BadExpressionException(firstLine(e), BadExpressionException.NOWHERE);
    }
  }

  private static CelAbstractSyntaxTree good(CelValidationResult result)
      throws BadExpressionException, CelValidationException {
    if (result.hasError() && !result.getErrors().isEmpty()) {
      CelIssue issue = result.getErrors().getFirst();
      int offset = result.getSource().getLocationOffset(issue.getSourceLocation()).orElse(-1);
      throw new BadExpressionException(worded(issue.getMessage()), offset);
    }
    return result.getAst();
  }

  /** The library's sentence without what only its authors need. */
  private static String worded(String message) {
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      return "there is no function " + undeclared.group(1);
    }
    return message
        .replaceFirst(" expecting \\{.*", "")
        .replaceFirst(" \\(candidates: .*", "")
        .replaceFirst("(?s)\\n.*", "");
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
      String fault = meter.isSpent() ? TOO_MUCH : fault(e);
      throw new ExpressionException(Names.shown(source) + ": " + fault);
    } catch (ExpressionException e) {
      throw new ExpressionException(Names.shown(source) + ": " + e.getMessage());
    } catch (Meter.SpentException e) {
      throw new ExpressionException(Names.shown(source) + ": " + TOO_MUCH);
    }
  }

  private static final String TOO_MUCH =
      "it takes more than " + Meter.MAX_STEPS + " steps; read less, or work it out in a job";

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

  private static String fault(CelEvaluationException e) {
    String message = firstLine(e).replaceFirst("^evaluation error at <input>:\\d+: ", "");
    return switch (e.getErrorCode()) {
      case CelErrorCode.ATTRIBUTE_NOT_FOUND -> missing(message);
      case CelErrorCode.INDEX_OUT_OF_BOUNDS -> "an index lies outside of its list";
      case CelErrorCode.DIVIDE_BY_ZERO -> "it divides by zero";
      case CelErrorCode.NUMERIC_OVERFLOW -> "a whole number leaves the range of 64 bits";
      case CelErrorCode.ITERATION_BUDGET_EXCEEDED ->
          "all, exists, filter and map take more than " + Meter.MAX_ROUNDS + " rounds together";
      case CelErrorCode.OVERLOAD_NOT_FOUND ->
          message.replaceFirst("\\.? Overload candidates.*", "")
              + "; whole numbers and others do not mix, see double() and int()";
      default -> message;
    };
  }

  private static String missing(String message) {
    Matcher key = NO_KEY.matcher(message);
    return key.matches() ? "there is no field " + Names.shown(key.group(1)) : message;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("it has no value");
  }
}
