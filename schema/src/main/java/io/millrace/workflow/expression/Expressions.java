package io.millrace.workflow.expression;

import dev.cel.compiler.CelCompiler;
import io.millrace.document.Faults;
import io.millrace.workflow.expression.TemplateText.Piece;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compiles the expressions and templates of one document; what is wrong with them goes to its
 * faults. The same text is compiled once. One thread; what it returns is thread-safe.
 */
public final class Expressions {
  /** Most different expressions of a document that are more than paths. */
  public static final int MAX_EXPRESSIONS = 10_000;

  private record Key(String source, Set<String> variables) {}

  private final Faults faults;
  private final Map<Key, CelExpression> known = new HashMap<>();
  private final Map<Set<String>, CelCompiler> compilers = new HashMap<>();

  /**
   * @param faults gets what is wrong
   */
  public Expressions(Faults faults) {
    this.faults = faults;
  }

  /**
   * Compiles what must be one expression: bare, or all of it in <code>${…}</code>.
   *
   * @return null when it is none
   */
  public @Nullable Expression expression(JsonNode node, String pointer, Vocabulary vocabulary) {
    if (node.isBoolean()) {
      return expression(node.toString(), pointer, vocabulary);
    }
    if (!node.isString()) {
      faults.add(pointer, "this must be an expression, a text such as input.size > 3");
      return null;
    }
    return expression(node.stringValue(), pointer, vocabulary);
  }

  private @Nullable Expression expression(String text, String pointer, Vocabulary vocabulary) {
    try {
      String source = text.strip();
      if (source.startsWith(TemplateText.OPEN)) {
        List<Piece> pieces = TemplateText.of(source).pieces();
        if (pieces.size() != 1 || !(pieces.getFirst() instanceof TemplateText.Source inner)) {
          faults.add(pointer, "this must be one expression and nothing beside it");
          return null;
        }
        source = inner.text();
      }
      return compile(source, vocabulary);
    } catch (BadExpressionException e) {
      faults.add(pointer, e.sentence());
      return null;
    }
  }

  /**
   * Compiles a template.
   *
   * @return null when one of its expressions is bad
   */
  public @Nullable Template template(JsonNode node, String pointer, Vocabulary vocabulary) {
    return new TemplateReader(this, vocabulary, faults).read(node, pointer);
  }

  /**
   * Reads a value that is kept as it is.
   *
   * @param pointer where it is; an expression in it is a fault, since nobody would evaluate it
   */
  public @Nullable Object plain(JsonNode node, String pointer) {
    if (node.toString().contains(TemplateText.OPEN)) {
      faults.add(pointer, "this is a plain value; expressions in it would not be evaluated");
    }
    return JsonValues.of(node);
  }

  /** Compiles a text, or takes what the same text was compiled into. */
  Compiled compile(String source, Vocabulary vocabulary) throws BadExpressionException {
    if (source.isEmpty()) {
      throw new BadExpressionException(
          "there is no expression here", BadExpressionException.NOWHERE);
    }
    if (source.length() > WorkflowLimits.MAX_EXPRESSION_CHARS) {
      throw new BadExpressionException(
          "an expression has at most %d characters; this has %d"
              .formatted(WorkflowLimits.MAX_EXPRESSION_CHARS, source.length()),
          BadExpressionException.NOWHERE);
    }
    if (PathExpression.fits(source, vocabulary)) {
      return PathExpression.of(source, vocabulary);
    }
    Key key = new Key(source, vocabulary.variables());
    CelExpression before = known.get(key);
    if (before != null) {
      return before;
    }
    if (known.size() >= MAX_EXPRESSIONS) {
      throw new BadExpressionException(
          "a definition has at most " + MAX_EXPRESSIONS + " different expressions beside paths",
          BadExpressionException.NOWHERE);
    }
    CelCompiler compiler = compilers.computeIfAbsent(vocabulary.variables(), Environment::compiler);
    CelExpression compiled = CelExpression.of(source, vocabulary, compiler);
    known.put(key, compiled);
    return compiled;
  }
}
