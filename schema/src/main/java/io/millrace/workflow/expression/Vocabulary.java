package io.millrace.workflow.expression;

import io.millrace.document.NearName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an expression may name where it stands.
 *
 * @param variables the top-level names
 * @param fields the fields of those variables that have a fixed set of them
 */
public record Vocabulary(Set<String> variables, Map<String, Set<String>> fields) {
  /** The variable that holds what became of nodes. */
  public static final String NODES = "nodes";

  /** The fields of a node. */
  private static final Set<String> NODE_FIELDS = Set.of("output", "state", "error");

  /** What is wrong with {@code nodes} alone. */
  static final String ALL_NODES = "nodes are read by name, such as nodes.first.output";

  private static final Set<String> RUN_FIELDS =
      Set.of("id", "tenant", "workflow", "version", "startedAt");

  /** What can be named before any node has run. */
  public static final Vocabulary RUN =
      new Vocabulary(Set.of("input", "run"), Map.of("run", RUN_FIELDS));

  /** What can be named at a node. */
  public static final Vocabulary NODE = RUN.with(NODES);

  public Vocabulary {
    variables = Set.copyOf(variables);
    fields = Map.copyOf(fields);
  }

  /** The same and one more variable, of which nothing is known. */
  public Vocabulary with(String variable) {
    Set<String> more = new HashSet<>(variables);
    more.add(variable);
    return new Vocabulary(more, fields);
  }

  /** The same and one more variable with these fields and no others. */
  public Vocabulary with(String variable, Set<String> itsFields) {
    Map<String, Set<String>> more = new HashMap<>(fields);
    more.put(variable, Set.copyOf(itsFields));
    return new Vocabulary(with(variable).variables, more);
  }

  /** Refuses a name that means nothing here. */
  void checkVariable(String name) throws BadExpressionException {
    if (!variables.contains(name)) {
      throw new BadExpressionException(
          "there is no " + name + " here" + hint(name, variables), BadExpressionException.NOWHERE);
    }
  }

  /** Refuses a field that a variable never has. */
  void checkField(String variable, String field) throws BadExpressionException {
    Set<String> known = fields.get(variable);
    if (known != null && !known.contains(field)) {
      throw new BadExpressionException(
          variable + " has no field " + field + hint(field, known), BadExpressionException.NOWHERE);
    }
  }

  /** Refuses a field that no node has. */
  static void checkNodeField(String field) throws BadExpressionException {
    if (!NODE_FIELDS.contains(field)) {
      throw new BadExpressionException(
          "a node has no field " + field + hint(field, NODE_FIELDS),
          BadExpressionException.NOWHERE);
    }
  }

  private static String hint(String name, Set<String> known) {
    return NearName.of(name, known)
        .map(near -> "; did you mean " + near + "?")
        .orElseGet(() -> "; known are " + String.join(", ", known.stream().sorted().toList()));
  }
}
