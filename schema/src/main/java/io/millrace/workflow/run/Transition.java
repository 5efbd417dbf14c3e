package io.millrace.workflow.run;

import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One advance while it is worked out: the state as it becomes, the commands, what it has read. */
final class Transition {
  final Plan plan;
  final NodeNumbers numbers;
  final RunState state;
  final Outputs outputs;
  final List<Command> commands = new ArrayList<>();

  /** Nodes whose join has been met, in the order they start. */
  final Deque<Integer> ready = new ArrayDeque<>();

  // What this advance has worked out is not stored yet, and nothing is loaded twice.
  private final Map<Integer, @Nullable Object> values = new HashMap<>();
  private final Map<Integer, Failure> errors = new HashMap<>();

  Transition(Plan plan, RunState state, Outputs outputs) {
    this.plan = plan;
    this.numbers = state.numbers;
    this.state = state;
    this.outputs = outputs;
  }

  PlanNode node(int number) {
    return numbers.node(number);
  }

  /** What a caller reads of a node: its name. */
  String name(int number) {
    return numbers.node(number).name();
  }

  /** Notes an output that its task holds. */
  void know(int node, @Nullable Object value) {
    values.put(node, value);
  }

  void save(int node, @Nullable Object value) {
    know(node, value);
    commands.add(new Command.SaveOutput(node, value));
  }

  void saveError(int node, Failure failure) {
    errors.put(node, failure);
    commands.add(new Command.SaveError(node, failure));
  }

  @Nullable Object output(int node) {
    return switch (state.node(node)) {
      case SUCCEEDED -> {
        if (!values.containsKey(node)) {
          values.put(node, outputs.output(node));
        }
        yield values.get(node);
      }
      case FAILED -> node(node).onError() instanceof OnError.GoOn(Object output) ? output : null;
      case PENDING, ACTIVE, SKIPPED, CANCELLED -> null;
    };
  }

  @Nullable Failure error(int node) {
    if (state.node(node) != NodeState.FAILED) {
      return null;
    }
    Failure known = errors.get(node);
    return known != null ? known : outputs.error(node);
  }

  @Nullable Object evaluate(
      String field, Expression expression, Map<String, @Nullable Object> locals)
      throws ExpressionException {
    try {
      return expression.evaluate(new NodeScope(this, expression.nodes(), locals));
    } catch (ExpressionException e) {
      throw in(field, e);
    }
  }

  @Nullable Object render(String field, Template template, Map<String, @Nullable Object> locals)
      throws ExpressionException {
    try {
      return template.render(new NodeScope(this, template.nodes(), locals));
    } catch (ExpressionException e) {
      throw in(field, e);
    }
  }

  private static ExpressionException in(String field, ExpressionException e) {
    return new ExpressionException(field + ": " + e.getMessage());
  }

  /**
   * Starts a task.
   *
   * @param turn of a {@code while} its round; otherwise 1
   * @throws ExpressionException when its payload cannot be worked out; then nothing has started
   */
  void startTask(
      int node, int element, int turn, Work.Task task, Map<String, @Nullable Object> locals)
      throws ExpressionException {
    int round = state.round(turn);
    commands.add(
        switch (task) {
          case Work.Call(String type, Template payload) ->
              new Command.StartJob(
                  node,
                  element,
                  round,
                  type,
                  render("with", payload, locals),
                  node(node).options());
          case Work.SubRun(String workflow, Template input) ->
              new Command.StartRun(node, element, round, workflow, render("with", input, locals));
        });
  }
}
