package io.millrace.workflow.run;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Join;
import io.millrace.workflow.plan.NodeOptions;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Scope;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A plan written down by hand: nodes in an order in which all ways lead onwards. */
final class Sketch {
  /** What an expression does with what it may read. */
  interface Reading {
    @Nullable Object of(Scope scope) throws ExpressionException;
  }

  /** An expression or template given as code. */
  record Code(Set<String> nodes, Reading reading) implements Expression, Template {
    @Override
    public String source() {
      return "code";
    }

    @Override
    public @Nullable Object evaluate(Scope scope) throws ExpressionException {
      return reading.of(scope);
    }

    @Override
    public @Nullable Object render(Scope scope) throws ExpressionException {
      return reading.of(scope);
    }
  }

  static Code value(@Nullable Object value) {
    return new Code(Set.of(), scope -> value);
  }

  static Code broken() {
    return new Code(
        Set.of(),
        scope -> {
          throw new ExpressionException("no such key: x");
        });
  }

  static Code variable(String name) {
    return new Code(Set.of(), scope -> scope.variable(name));
  }

  static Code output(String node) {
    return new Code(Set.of(node), scope -> field(scope, node, "output"));
  }

  static Code state(String node) {
    return new Code(Set.of(node), scope -> field(scope, node, "state"));
  }

  static Code error(String node) {
    return new Code(Set.of(node), scope -> field(scope, node, "error"));
  }

  static @Nullable Object field(Scope scope, String node, String field) {
    return scope.variable("nodes") instanceof Map<?, ?> nodes
            && nodes.get(node) instanceof Map<?, ?> view
        ? view.get(field)
        : null;
  }

  /** A node before its ways are known. */
  static final class NodeSketch {
    final String name;
    Work work;
    Join join = new Join.All();
    @Nullable Expression when;
    OnError onError = new OnError.Fail();
    @Nullable String target;
    List<String> needs = List.of();
    List<List<String>> cases = List.of();

    NodeSketch(String name, Work work) {
      this.name = name;
      this.work = work;
    }

    NodeSketch needs(String... names) {
      needs = List.of(names);
      return this;
    }

    NodeSketch some(int count) {
      join = new Join.Some(count);
      return this;
    }

    NodeSketch when(Expression condition) {
      when = condition;
      return this;
    }

    NodeSketch goOn(@Nullable Object output) {
      onError = new OnError.GoOn(output);
      return this;
    }

    NodeSketch goTo(String node) {
      target = node;
      return this;
    }

    /** The nodes of each case of a switch, the default last. */
    @SafeVarargs
    final NodeSketch then(List<String>... targets) {
      cases = List.of(targets);
      return this;
    }
  }

  static Work.Call job(Template payload) {
    return new Work.Call("test.job", payload);
  }

  static NodeSketch task(String name) {
    return new NodeSketch(name, job(value(null)));
  }

  static NodeSketch node(String name, Work work) {
    return new NodeSketch(name, work);
  }

  static NodeSketch transform(String name, Template value) {
    return new NodeSketch(name, new Work.Transform(value));
  }

  static NodeSketch choice(String name, boolean hasDefault, Expression... conditions) {
    return new NodeSketch(name, new Work.Switch(List.of(conditions), hasDefault));
  }

  static NodeSketch forEach(String name, Expression items, int concurrency, int tolerated) {
    Work.Tolerance tolerance = new Work.Tolerance(tolerated, 1.0);
    return new NodeSketch(
        name, new Work.ForEach(items, "item", concurrency, 1, tolerance, job(variable("item"))));
  }

  static NodeSketch signal(String name, @Nullable Duration timeout, Work.@Nullable Fallback or) {
    return new NodeSketch(name, new Work.Signal(List.of(), timeout, or));
  }

  private final List<NodeSketch> main = new ArrayList<>();
  private final List<NodeSketch> compensation = new ArrayList<>();
  private @Nullable Template output;
  private @Nullable Duration timeout;

  static Sketch of(NodeSketch... nodes) {
    Sketch sketch = new Sketch();
    sketch.main.addAll(List.of(nodes));
    return sketch;
  }

  Sketch onFailure(NodeSketch... nodes) {
    compensation.addAll(List.of(nodes));
    return this;
  }

  Sketch output(Template template) {
    output = template;
    return this;
  }

  Sketch timeout(Duration longest) {
    timeout = longest;
    return this;
  }

  Plan plan() {
    return new Plan("test", "0", graph(main), graph(compensation), output, null, timeout, null);
  }

  private static Graph graph(List<NodeSketch> nodes) {
    List<String> names = nodes.stream().map(node -> node.name).toList();
    List<Edge> edges = new ArrayList<>();
    for (int to = 0; to < nodes.size(); to++) {
      for (String need : nodes.get(to).needs) {
        edges.add(new Edge(names.indexOf(need), to, Edge.Kind.SUCCESS, Edge.NO_BRANCH));
      }
    }
    for (int from = 0; from < nodes.size(); from++) {
      NodeSketch node = nodes.get(from);
      if (node.target != null) {
        int to = names.indexOf(node.target);
        node.onError = new OnError.Branch(to);
        edges.add(new Edge(from, to, Edge.Kind.ERROR, Edge.NO_BRANCH));
      }
      for (int branch = 0; branch < node.cases.size(); branch++) {
        for (String to : node.cases.get(branch)) {
          edges.add(new Edge(from, names.indexOf(to), Edge.Kind.CASE, branch));
        }
      }
    }
    List<PlanNode> made = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      made.add(made(i, nodes.get(i), edges));
    }
    return new Graph(made, IntStream.range(0, nodes.size()).boxed().toList());
  }

  private static PlanNode made(int index, NodeSketch node, List<Edge> edges) {
    return new PlanNode(
        index,
        node.name,
        node.work,
        node.join,
        node.when,
        node.onError,
        NodeOptions.NONE,
        edges.stream().filter(edge -> edge.from() == index).toList(),
        (int) edges.stream().filter(edge -> edge.to() == index).count());
  }
}
