package io.millrace.workflow.definition;

import io.millrace.document.Fields;
import io.millrace.workflow.definition.Draft.Link;
import io.millrace.workflow.definition.Draft.Read;
import io.millrace.workflow.expression.Expressions;
import io.millrace.workflow.expression.Vocabulary;
import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.NodeOptions;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one node: what every node has here, its work with a {@link WorkReader}. */
final class NodeReader {
  static final Set<String> ON_ERROR_FIELDS = Set.of("continue", "goto");
  private static final OnError FAIL = new OnError.Fail();

  private final Fields node;
  private final Expressions expressions;
  private final References references;
  private final List<Link> links = new ArrayList<>();
  private final List<Read> reads = new ArrayList<>();

  NodeReader(Fields node, Expressions expressions, References references) {
    this.node = node;
    this.expressions = expressions;
    this.references = references;
  }

  /** What stands for a node that is none. */
  static Draft broken(String name, String at) {
    return new Draft(name, at, null, null, null, FAIL, NodeOptions.NONE, List.of(), List.of());
  }

  Draft read(String name) {
    WorkFields.check(node);
    needs();
    Work work = new WorkReader(this, node, references).read();
    return new Draft(
        name,
        node.at(),
        work,
        join(),
        expression("when", Vocabulary.NODE),
        onError(),
        new OptionReader(node, references).read(),
        links,
        reads);
  }

  private void needs() {
    JsonNode given = node.object().get("needs");
    if (given == null) {
      return;
    }
    for (Named named : names(given, node.pointer("needs"), "needs")) {
      links.add(new Link(named.name, Edge.Kind.SUCCESS, Edge.NO_BRANCH, named.pointer));
    }
  }

  /** A name and where it is written. */
  record Named(String name, String pointer) {}

  /** A name or a list of names, each once. */
  List<Named> names(JsonNode given, String pointer, String field) {
    if (given.isString()) {
      return List.of(new Named(given.stringValue(), pointer));
    }
    if (!given.isArray() || given.isEmpty()) {
      node.faults().add(pointer, field + " must be the name of a node or a list of names");
      return List.of();
    }
    List<Named> names = new ArrayList<>(given.size());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < given.size(); i++) {
      String at = pointer + "/" + i;
      JsonNode name = given.get(i);
      if (!name.isString()) {
        node.faults().add(at, field + " must be the name of a node or a list of names");
      } else if (!seen.add(name.stringValue())) {
        node.faults()
            .add(at, field + " names " + DefinitionReader.shown(name.stringValue()) + " twice");
      } else {
        names.add(new Named(name.stringValue(), at));
      }
    }
    return names;
  }

  void lead(Named target, Edge.Kind kind, int branch) {
    links.add(new Link(target.name, kind, branch, target.pointer));
  }

  private @Nullable Integer join() {
    JsonNode given = node.object().get("join");
    if (given == null || (given.isString() && given.stringValue().equals("all"))) {
      return null;
    }
    if (given.isString() && given.stringValue().equals("any")) {
      return 1;
    }
    if (given.isIntegralNumber()
        && given.canConvertToInt()
        && given.intValue() >= 1
        && given.intValue() <= WorkflowLimits.MAX_EDGES) {
      return given.intValue();
    }
    node.fault("join", "join must be all, any, or how many of the ways must be taken, at least 1");
    return null;
  }

  private @Nullable OnError onError() {
    JsonNode given = node.object().get("onError");
    if (given == null || (given.isString() && given.stringValue().equals("fail"))) {
      return FAIL;
    }
    if (given.isString() && given.stringValue().equals("continue")) {
      return goOn(null);
    }
    if (!given.isObject() || given.size() != 1) {
      node.fault("onError", "onError must be fail, continue, {continue: OUTPUT} or {goto: NODE}");
      return FAIL;
    }
    Fields own = new Fields(given, node.pointer("onError"), node.faults());
    own.allow(ON_ERROR_FIELDS);
    JsonNode output = given.get("continue");
    if (output != null) {
      return goOn(expressions.plain(output, own.pointer("continue")));
    }
    own.text("goto")
        .ifPresent(
            target ->
                lead(new Named(target, own.pointer("goto")), Edge.Kind.ERROR, Edge.NO_BRANCH));
    return own.has("goto") ? null : FAIL;
  }

  private OnError goOn(@Nullable Object output) {
    if (node.has("switch")) {
      node.fault(
          "onError", "a switch that failed has chosen nothing to continue with; use its default");
    }
    return new OnError.GoOn(output);
  }

  /** The expression in a field; null when there is none, or a bad one. */
  @Nullable Expression expression(String field, Vocabulary vocabulary) {
    JsonNode given = node.object().get(field);
    return given == null ? null : expression(given, node.pointer(field), vocabulary);
  }

  @Nullable Expression expression(JsonNode given, String pointer, Vocabulary vocabulary) {
    Expression expression = expressions.expression(given, pointer, vocabulary);
    if (expression != null) {
      read(expression.nodes(), pointer);
    }
    return expression;
  }

  @Nullable Template template(JsonNode given, String pointer, Vocabulary vocabulary) {
    Template template = expressions.template(given, pointer, vocabulary);
    if (template != null) {
      read(template.nodes(), pointer);
    }
    return template;
  }

  @Nullable Object plain(JsonNode given, String pointer) {
    return expressions.plain(given, pointer);
  }

  private void read(Set<String> nodes, String pointer) {
    if (!nodes.isEmpty()) {
      reads.add(new Read(new LinkedHashSet<>(nodes), pointer));
    }
  }
}
