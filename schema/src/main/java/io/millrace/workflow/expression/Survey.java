package io.millrace.workflow.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Walks an expression's tree: what it names, and whether it may name that. */
final class Survey {
  private static final int MAX_NESTED = 3;
  private static final String INDEX = "_[_]";

  /** Names of CEL that stand for types. */
  private static final Set<String> TYPES =
      Set.of(
          "bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint");

  private final CelAbstractSyntaxTree tree;
  private final Vocabulary vocabulary;
  private final Set<String> nodes = new LinkedHashSet<>();
  private final Deque<String> bound = new ArrayDeque<>();
  private int nested;

  private Survey(CelAbstractSyntaxTree tree, Vocabulary vocabulary) {
    this.tree = tree;
    this.vocabulary = vocabulary;
  }

  /**
   * The nodes that an expression reads.
   *
   * @throws BadExpressionException when it names what it may not
   */
  static Set<String> nodes(CelAbstractSyntaxTree tree, Vocabulary vocabulary)
      throws BadExpressionException {
    Survey survey = new Survey(tree, vocabulary);
    survey.walk(tree.getExpr());
    return Set.copyOf(survey.nodes);
  }

  private void walk(CelExpr expr) throws BadExpressionException {
    switch (expr.getKind()) {
      case NOT_SET, CONSTANT -> {}
      case IDENT -> ident(expr);
      case SELECT -> select(expr);
      case CALL -> call(expr);
      case LIST -> {
        for (CelExpr element : expr.list().elements()) {
          walk(element);
        }
      }
      case MAP -> {
        for (CelExpr.CelMap.Entry entry : expr.map().entries()) {
          walk(entry.key());
          walk(entry.value());
        }
      }
      case STRUCT -> throw fault(expr, "messages cannot be made here; write a map");
      case COMPREHENSION -> comprehension(expr);
    }
  }

  private void ident(CelExpr expr) throws BadExpressionException {
    String name = expr.ident().name();
    if (bound.contains(name)) {
      return;
    }
    if (isNodes(expr)) {
      throw fault(expr, Vocabulary.ALL_NODES);
    }
    if (!TYPES.contains(name)) {
      checked(expr, () -> vocabulary.checkVariable(name));
    }
  }

  private void select(CelExpr expr) throws BadExpressionException {
    CelSelect select = expr.select();
    CelExpr operand = select.operand();
    if (isNodes(operand)) {
      nodes.add(select.field());
    } else if (isNode(operand)) {
      walk(operand);
      checked(expr, () -> Vocabulary.checkNodeField(select.field()));
    } else {
      walk(operand);
      if (operand.getKind() == CelExpr.ExprKind.Kind.IDENT
          && !bound.contains(operand.ident().name())) {
        checked(expr, () -> vocabulary.checkField(operand.ident().name(), select.field()));
      }
    }
  }

  private void call(CelExpr expr) throws BadExpressionException {
    CelCall call = expr.call();
    if (isIndexOfNodes(expr)) {
      CelExpr name = call.args().get(1);
      if (name.getKind() != CelExpr.ExprKind.Kind.CONSTANT
          || name.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
        throw fault(expr, "the name in nodes[…] must be a plain text");
      }
      nodes.add(name.constant().stringValue());
      return;
    }
    if (call.target().isPresent()) {
      walk(call.target().get());
    }
    for (CelExpr argument : call.args()) {
      walk(argument);
    }
  }

  private void comprehension(CelExpr expr) throws BadExpressionException {
    CelComprehension loop = expr.comprehension();
    walk(loop.iterRange());
    nested++;
    if (nested > MAX_NESTED) {
      throw fault(
          expr, "all, exists, filter and map lie more than " + MAX_NESTED + " deep in each other");
    }
    if (vocabulary.variables().contains(loop.iterVar())) {
      throw fault(expr, loop.iterVar() + " is taken; name the element something else");
    }
    bound.push(loop.iterVar());
    bound.push(loop.accuVar());
    walk(loop.accuInit());
    walk(loop.loopCondition());
    walk(loop.loopStep());
    walk(loop.result());
    bound.pop();
    bound.pop();
    nested--;
  }

  private boolean isNodes(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.IDENT
        && expr.ident().name().equals(Vocabulary.NODES)
        && vocabulary.variables().contains(Vocabulary.NODES);
  }

  private boolean isNode(CelExpr expr) {
    return isIndexOfNodes(expr)
        || (expr.getKind() == CelExpr.ExprKind.Kind.SELECT && isNodes(expr.select().operand()));
  }

  private boolean isIndexOfNodes(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.CALL
        && expr.call().function().equals(INDEX)
        && isNodes(expr.call().args().getFirst());
  }

  private interface Check {
    void run() throws BadExpressionException;
  }

  private void checked(CelExpr at, Check check) throws BadExpressionException {
    try {
      check.run();
    } catch (BadExpressionException e) {
      throw fault(at, String.valueOf(e.getMessage()));
    }
  }

  private BadExpressionException fault(CelExpr at, String message) {
    int offset =
        tree.getSource().getPositionsMap().getOrDefault(at.id(), BadExpressionException.NOWHERE);
    return new BadExpressionException(message, offset);
  }
}
