package io.millrace.workflow.run;

import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Work;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nodes that run a task again and again. */
final class WhileRounds {
  private final Transition run;
  private final Endings endings;

  WhileRounds(Transition run, Endings endings) {
    this.run = run;
    this.endings = endings;
  }

  void start(int node, Work.While work) throws ExpressionException {
    Map<String, @Nullable Object> carried = new LinkedHashMap<>();
    for (Map.Entry<String, Work.Carried> entry : work.carried().entrySet()) {
      String field = "while.carry." + entry.getKey() + ".start";
      carried.put(entry.getKey(), run.render(field, entry.getValue().start(), NodeScope.NO_LOCALS));
    }
    run.state.node(node, NodeState.ACTIVE);
    try {
      run.state.progress.put(node, new Progress.Rounds(Values.write(carried)));
    } catch (Values.TooLargeException e) {
      endings.fail(node, tooLarge(e));
      return;
    }
    proceed(node, work, null);
  }

  /**
   * The task of a round has ended.
   *
   * @return false when that round does not run
   */
  boolean ended(int node, Work.While work, RunEvent.TaskEnded event) {
    Progress.Rounds progress = progress(node);
    if (!progress.running
        || event.element() != 0
        || event.round() != run.state.round(progress.round)) {
      return false;
    }
    progress.running = false;
    switch (event.outcome()) {
      case TaskOutcome.Succeeded(Object output) -> succeeded(node, work, progress, output);
      case TaskOutcome.Failed(Failure failure) -> endings.fail(node, failure);
      case TaskOutcome.Cancelled() -> {
        if (run.state.halted) {
          endings.cancel(node);
        } else {
          endings.fail(node, Failure.cancelled());
        }
      }
    }
    return true;
  }

  private void succeeded(
      int node, Work.While work, Progress.Rounds progress, @Nullable Object output) {
    try {
      Map<String, @Nullable Object> variables = variables(progress, progress.round, output);
      Map<String, @Nullable Object> carried = new LinkedHashMap<>();
      for (Map.Entry<String, Work.Carried> entry : work.carried().entrySet()) {
        String field = "while.carry." + entry.getKey() + ".next";
        carried.put(entry.getKey(), run.render(field, entry.getValue().next(), variables));
      }
      progress.carried = Values.write(carried);
      proceed(node, work, output);
    } catch (ExpressionException e) {
      endings.fail(node, Failure.expression(String.valueOf(e.getMessage())));
    } catch (Values.TooLargeException e) {
      endings.fail(node, tooLarge(e));
    }
  }

  /** Goes on after a pause, unless a round runs. */
  void proceed(int node, Work.While work) {
    Progress.Rounds progress = progress(node);
    if (progress.running) {
      return;
    }
    try {
      int round = progress.round;
      proceed(node, work, round == 0 ? null : run.outputs.ofRound(node, run.state.round(round)));
    } catch (ExpressionException e) {
      endings.fail(node, Failure.expression(String.valueOf(e.getMessage())));
    }
  }

  /** Decides after a round, or before the first, whether another follows. */
  private void proceed(int node, Work.While work, @Nullable Object output)
      throws ExpressionException {
    if (run.state.open(node) && run.state.paused) {
      return;
    }
    Progress.Rounds progress = progress(node);
    int round = progress.round + 1;
    Map<String, @Nullable Object> variables = variables(progress, round, output);
    Object holds = run.evaluate("while.condition", work.condition(), variables);
    if (!Boolean.TRUE.equals(holds)) {
      endings.succeed(node, output);
    } else if (!run.state.open(node)) {
      endings.cancel(node);
    } else if (round > work.maxRounds()) {
      String message = "while.max: the condition still holds after %d rounds";
      endings.fail(node, Failure.limit(message.formatted(work.maxRounds())));
    } else {
      run.startTask(node, 0, round, work.task(), variables);
      progress.round = round;
      progress.running = true;
    }
  }

  private static Map<String, @Nullable Object> variables(
      Progress.Rounds progress, int round, @Nullable Object output) {
    Map<String, @Nullable Object> loop = new HashMap<>();
    if (Values.read(progress.carried) instanceof Map<?, ?> carried) {
      carried.forEach((name, value) -> loop.put((String) name, value));
    }
    loop.put("round", (long) round);
    Map<String, @Nullable Object> variables = HashMap.newHashMap(2);
    variables.put("loop", loop);
    variables.put("output", output);
    return variables;
  }

  private static Failure tooLarge(Values.TooLargeException e) {
    return Failure.limit("while.carry: what it carries is " + e.getMessage());
  }

  private Progress.Rounds progress(int node) {
    if (run.state.progress.get(node) instanceof Progress.Rounds rounds) {
      return rounds;
    }
    throw new BadRunStateException("node " + run.name(node) + " is active without its progress");
  }
}
