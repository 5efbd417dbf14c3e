package io.millrace.workflow.run;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Join;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Scope;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The semantics of docs/workflows.md once more, without time: goes over all nodes again and again
 * until no more of them ends. A failure that fails a run only stops what lies behind it here, so
 * this is all that could ever start before the run notices.
 */
final class ReferenceRun {
  /** How a node ended; the output also after {@code continue}. */
  record End(NodeState state, @Nullable Object output) {}

  /** What becomes of a node by the ways to it. */
  enum Verdict {
    WAIT,
    START,
    SKIP
  }

  final Map<String, End> main = new TreeMap<>();
  final Map<String, End> compensation = new TreeMap<>();

  private final World world;
  private final int life;

  ReferenceRun(World world, int life) {
    this.world = world;
    this.life = life;
    run(world.plan.main(), main, true);
    run(world.plan.compensation(), compensation, false);
  }

  /** The nodes of main that fail the run. */
  Set<String> fatal() {
    return world.plan.main().nodes().stream()
        .filter(node -> node.onError() instanceof OnError.Fail)
        .map(PlanNode::name)
        .filter(name -> main.containsKey(name) && main.get(name).state() == NodeState.FAILED)
        .collect(Collectors.toSet());
  }

  private void run(Graph graph, Map<String, End> ends, boolean fatalHolds) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (PlanNode node : graph.nodes()) {
        Verdict verdict =
            ends.containsKey(node.name()) ? Verdict.WAIT : verdict(graph, node, ends, fatalHolds);
        if (verdict != Verdict.WAIT) {
          ends.put(node.name(), verdict == Verdict.SKIP ? skipped() : end(node, ends));
          changed = true;
        }
      }
    }
  }

  private static End skipped() {
    return new End(NodeState.SKIPPED, null);
  }

  static Verdict verdict(Graph graph, PlanNode node, Map<String, End> ends, boolean fatalHolds) {
    int undecided = 0;
    int taken = 0;
    int all = 0;
    for (PlanNode origin : graph.nodes()) {
      for (Edge way : origin.out()) {
        if (way.to() == node.index()) {
          all++;
          End end = ends.get(origin.name());
          if (end == null || end.state() == NodeState.CANCELLED) {
            undecided++;
          } else if (fatalHolds
              && end.state() == NodeState.FAILED
              && origin.onError() instanceof OnError.Fail) {
            undecided++;
          } else if (taken(origin, end, way)) {
            taken++;
          }
        }
      }
    }
    if (all == 0) {
      return Verdict.START;
    }
    if (node.join() instanceof Join.Some(int count)) {
      return taken >= count
          ? Verdict.START
          : taken + undecided < count ? Verdict.SKIP : Verdict.WAIT;
    }
    return undecided > 0 ? Verdict.WAIT : taken > 0 ? Verdict.START : Verdict.SKIP;
  }

  private static boolean taken(PlanNode origin, End end, Edge way) {
    boolean well = end.state() == NodeState.SUCCEEDED;
    boolean failed = end.state() == NodeState.FAILED;
    return switch (way.kind()) {
      case SUCCESS -> well || (failed && origin.onError() instanceof OnError.GoOn);
      case ERROR -> failed && origin.onError() instanceof OnError.Branch;
      case CASE -> well && Long.valueOf(way.branch()).equals(end.output());
    };
  }

  private End end(PlanNode node, Map<String, End> ends) {
    try {
      Expression when = node.when();
      if (when != null && !Boolean.TRUE.equals(when.evaluate(scope(ends, Map.of())))) {
        return skipped();
      }
      return work(node, node.work(), ends);
    } catch (ExpressionException e) {
      return failed(node);
    }
  }

  private static End failed(PlanNode node) {
    return new End(
        NodeState.FAILED, node.onError() instanceof OnError.GoOn(Object output) ? output : null);
  }

  private static End well(@Nullable Object output) {
    return new End(NodeState.SUCCEEDED, output);
  }

  private End work(PlanNode node, Work work, Map<String, End> ends) throws ExpressionException {
    return switch (work) {
      case Work.Task task ->
          task(node, task, 0, 1, scope(ends, Map.of())) instanceof TaskOutcome.Succeeded(Object out)
              ? well(out)
              : failed(node);
      case Work.ForEach each -> forEach(node, each, ends);
      case Work.While loop -> loop(node, loop, ends);
      case Work.Signal signal ->
          !world.fails(node.name(), 0, life)
              ? well("signal " + node.name())
              : signal.fallback() == null ? failed(node) : well(signal.fallback().value());
      case Work.Sleep sleep -> well(null);
      case Work.Until until -> well(null);
      case Work.Switch choice -> {
        for (int i = 0; i < choice.conditions().size(); i++) {
          if (Boolean.TRUE.equals(choice.conditions().get(i).evaluate(scope(ends, Map.of())))) {
            yield well((long) i);
          }
        }
        yield choice.hasDefault() ? well((long) choice.conditions().size()) : failed(node);
      }
      case Work.Transform transform -> well(transform.value().render(scope(ends, Map.of())));
    };
  }

  private TaskOutcome task(PlanNode node, Work.Task task, int element, int turn, Scope scope)
      throws ExpressionException {
    Template payload =
        switch (task) {
          case Work.Call call -> call.payload();
          case Work.SubRun sub -> sub.input();
        };
    return world.outcome(node.name(), element, turn, payload.render(scope), life);
  }

  private End forEach(PlanNode node, Work.ForEach each, Map<String, End> ends)
      throws ExpressionException {
    List<?> items = (List<?>) each.items().evaluate(scope(ends, Map.of()));
    List<@Nullable Object> outputs = new ArrayList<>();
    int failures = 0;
    for (int from = 0; items != null && from < items.size(); from += each.batch()) {
      List<?> batch = items.subList(from, Math.min(items.size(), from + each.batch()));
      Map<String, @Nullable Object> locals = new HashMap<>();
      locals.put(each.as(), each.batch() == 1 ? batch.getFirst() : batch);
      locals.put("index", (long) outputs.size());
      TaskOutcome outcome = task(node, each.task(), outputs.size(), 1, scope(ends, locals));
      boolean well = outcome instanceof TaskOutcome.Succeeded;
      failures += well ? 0 : 1;
      outputs.add(outcome instanceof TaskOutcome.Succeeded(Object out) ? out : null);
    }
    boolean tolerated =
        failures <= each.tolerance().failures()
            && failures <= each.tolerance().share() * outputs.size() + 1e-6;
    return tolerated ? well(outputs) : failed(node);
  }

  private End loop(PlanNode node, Work.While loop, Map<String, End> ends)
      throws ExpressionException {
    Map<String, @Nullable Object> carried = new HashMap<>();
    for (Map.Entry<String, Work.Carried> entry : loop.carried().entrySet()) {
      carried.put(entry.getKey(), entry.getValue().start().render(scope(ends, Map.of())));
    }
    Object output = null;
    for (int round = 1; ; round++) {
      Scope before = scope(ends, locals(carried, round, output));
      if (!Boolean.TRUE.equals(loop.condition().evaluate(before))) {
        return well(output);
      }
      if (round > loop.maxRounds()
          || !(task(node, loop.task(), 0, round, before)
              instanceof TaskOutcome.Succeeded(Object out))) {
        return failed(node);
      }
      output = out;
      Scope after = scope(ends, locals(carried, round, output));
      Map<String, @Nullable Object> next = new HashMap<>();
      for (Map.Entry<String, Work.Carried> entry : loop.carried().entrySet()) {
        next.put(entry.getKey(), entry.getValue().next().render(after));
      }
      carried = next;
    }
  }

  private static Map<String, @Nullable Object> locals(
      Map<String, @Nullable Object> carried, int round, @Nullable Object output) {
    Map<String, @Nullable Object> loop = new HashMap<>(carried);
    loop.put("round", (long) round);
    Map<String, @Nullable Object> locals = new HashMap<>();
    locals.put("loop", loop);
    locals.put("output", output);
    return locals;
  }

  /** What the run's output is when nothing failed it. */
  @Nullable Object output() throws ExpressionException {
    Template output = world.plan.output();
    return output == null ? null : output.render(scope(main, Map.of()));
  }

  private static Scope scope(Map<String, End> ends, Map<String, @Nullable Object> locals) {
    Map<String, Object> nodes = new HashMap<>();
    ends.forEach(
        (name, end) -> {
          Map<String, @Nullable Object> view = new HashMap<>();
          view.put("state", end.state().name());
          view.put("output", end.output());
          view.put("error", end.state() == NodeState.FAILED ? Map.of() : null);
          nodes.put(name, view);
        });
    return name -> name.equals("nodes") ? nodes : locals.get(name);
  }
}
