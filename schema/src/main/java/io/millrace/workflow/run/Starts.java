package io.millrace.workflow.run;

import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.time.Duration;

/** How nodes start: those whose join was met, one after the other, by what their work is. */
final class Starts {
  private final Transition run;
  private final RunState state;
  private final Endings endings;
  private final ForEachTasks forEach;
  private final WhileRounds rounds;

  Starts(Transition run, Endings endings, ForEachTasks forEach, WhileRounds rounds) {
    this.run = run;
    this.state = run.state;
    this.endings = endings;
    this.forEach = forEach;
    this.rounds = rounds;
  }

  /** Starts what is ready and may start, and what becomes ready by that. */
  void drain() {
    for (Integer node = run.ready.poll(); node != null; node = run.ready.poll()) {
      if (state.mayStart(node) && state.node(node) == NodeState.PENDING) {
        start(node);
      }
    }
  }

  /** Finds what was ready while nothing could start, and lets active nodes go on. */
  void findDue(boolean main) {
    for (int node = run.numbers.first(main); node < run.numbers.end(main); node++) {
      switch (state.node(node)) {
        case PENDING -> {
          if (state.joined(node)) {
            run.ready.add(node);
          }
        }
        case ACTIVE -> proceed(node);
        case SUCCEEDED, FAILED, SKIPPED, CANCELLED -> {}
      }
    }
  }

  private void proceed(int node) {
    if (run.node(node).work() instanceof Work.ForEach work) {
      forEach.proceed(node, work);
    } else if (run.node(node).work() instanceof Work.While work) {
      rounds.proceed(node, work);
    }
  }

  private void start(int number) {
    PlanNode node = run.node(number);
    try {
      Expression when = node.when();
      if (when != null && !Boolean.TRUE.equals(run.evaluate("when", when, NodeScope.NO_LOCALS))) {
        endings.skip(number);
      } else {
        work(number, node.work());
      }
    } catch (ExpressionException e) {
      endings.fail(number, Failure.expression(String.valueOf(e.getMessage())));
    }
  }

  private void work(int node, Work work) throws ExpressionException {
    switch (work) {
      case Work.Task task -> {
        run.startTask(node, 0, 1, task, NodeScope.NO_LOCALS);
        state.node(node, NodeState.ACTIVE);
      }
      case Work.ForEach tasks -> forEach.start(node, tasks);
      case Work.While loop -> rounds.start(node, loop);
      case Work.Signal signal -> await(node, signal);
      case Work.Sleep sleep -> {
        Object value = run.render("sleep", sleep.duration(), NodeScope.NO_LOCALS);
        sleep(node, new Command.Due.After(Delays.duration(value)));
      }
      case Work.Until until -> {
        Object value = run.render("until", until.instant(), NodeScope.NO_LOCALS);
        sleep(node, new Command.Due.At(Delays.instant(value)));
      }
      case Work.Switch choice -> choose(node, choice);
      case Work.Transform transform ->
          endings.succeed(node, run.render("transform", transform.value(), NodeScope.NO_LOCALS));
    }
  }

  private void await(int node, Work.Signal signal) {
    run.commands.add(new Command.AwaitSignal(node, signal.options()));
    Duration timeout = signal.timeout();
    if (timeout == null) {
      state.node(node, NodeState.ACTIVE);
    } else {
      sleep(node, new Command.Due.After(timeout));
    }
  }

  private void sleep(int node, Command.Due due) {
    run.commands.add(new Command.StartTimer(node, state.round(1), due));
    state.node(node, NodeState.ACTIVE);
  }

  private void choose(int node, Work.Switch choice) throws ExpressionException {
    int branch = 0;
    for (Expression condition : choice.conditions()) {
      String field = "switch[" + branch + "].when";
      if (Boolean.TRUE.equals(run.evaluate(field, condition, NodeScope.NO_LOCALS))) {
        endings.choose(node, branch);
        return;
      }
      branch++;
    }
    if (!choice.hasDefault()) {
      throw new ExpressionException("switch: no case holds, and there is no default");
    }
    endings.choose(node, branch);
  }
}
