package io.millrace.workflow.run;

import io.millrace.workflow.plan.Scope;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one expression reads: the run, the nodes that it names, and its own variables. */
record NodeScope(Transition run, Set<String> names, Map<String, @Nullable Object> locals)
    implements Scope {
  static final Map<String, @Nullable Object> NO_LOCALS = Map.of();

  @Override
  public @Nullable Object variable(String name) {
    return switch (name) {
      case "input" -> run.outputs.input();
      case "run" -> run.outputs.run();
      case "nodes" -> nodes();
      default -> locals.get(name);
    };
  }

  private Map<String, @Nullable Object> nodes() {
    Map<String, @Nullable Object> nodes = HashMap.newHashMap(names.size());
    for (String name : names) {
      OptionalInt number = run.numbers.number(name);
      if (number.isPresent()) {
        nodes.put(name, new NodeView(run, number.getAsInt()));
      }
    }
    return nodes;
  }

  /** A node as expressions see it; its output is loaded when it is read. */
  private static final class NodeView extends AbstractMap<String, @Nullable Object> {
    private static final Set<String> KEYS = Set.of("output", "state", "error");

    private final Transition run;
    private final int node;

    NodeView(Transition run, int node) {
      this.run = run;
      this.node = node;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      return key instanceof String name ? field(name) : null;
    }

    private @Nullable Object field(String name) {
      return switch (name) {
        case "output" -> run.output(node);
        case "state" -> run.state.node(node).name();
        case "error" -> error(run.error(node));
        default -> null;
      };
    }

    private static @Nullable Object error(@Nullable Failure failure) {
      return failure == null ? null : Map.of("kind", failure.kind(), "message", failure.message());
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return key instanceof String name && KEYS.contains(name);
    }

    @Override
    public int size() {
      return KEYS.size();
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
      Map<String, @Nullable Object> all = new LinkedHashMap<>();
      for (String key : KEYS) {
        all.put(key, get(key));
      }
      return all.entrySet();
    }
  }
}
