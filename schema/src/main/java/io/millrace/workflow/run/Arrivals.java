package io.millrace.workflow.run;

import io.millrace.workflow.plan.Work;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What comes back to nodes that run or wait: ends of tasks, timers, signals. */
final class Arrivals {
  private final Transition run;
  private final RunState state;
  private final Endings endings;
  private final ForEachTasks forEach;
  private final WhileRounds rounds;

  Arrivals(Transition run, Endings endings, ForEachTasks forEach, WhileRounds rounds) {
    this.run = run;
    this.state = run.state;
    this.endings = endings;
    this.forEach = forEach;
    this.rounds = rounds;
  }

  Answer ended(RunEvent.TaskEnded event) {
    int node = event.node();
    boolean counts =
        state.node(node) == NodeState.ACTIVE
            && switch (run.node(node).work()) {
              case Work.Task task -> taskEnded(event);
              case Work.ForEach work -> forEach.ended(node, work, event);
              case Work.While work -> rounds.ended(node, work, event);
              case Work.Signal signal -> false;
              case Work.Sleep sleep -> false;
              case Work.Until until -> false;
              case Work.Switch choice -> false;
              case Work.Transform value -> false;
            };
    return counts
        ? new Answer.Applied()
        : new Answer.Refused(
            ("element %d of node %s does not run in round %d;"
                    + " its end was counted before, or it never started")
                .formatted(event.element(), run.name(node), event.round()));
  }

  private boolean taskEnded(RunEvent.TaskEnded event) {
    int node = event.node();
    if (event.element() != 0 || event.round() != state.round(1)) {
      return false;
    }
    switch (event.outcome()) {
      case TaskOutcome.Succeeded(Object output) -> {
        run.know(node, output);
        endings.succeed(node);
      }
      case TaskOutcome.Failed(Failure failure) -> endings.fail(node, failure);
      case TaskOutcome.Cancelled() -> {
        if (state.halted) {
          endings.cancel(node);
        } else {
          endings.fail(node, Failure.cancelled());
        }
      }
    }
    return true;
  }

  Answer fired(RunEvent.TimerFired event) {
    int node = event.node();
    if (state.node(node) != NodeState.ACTIVE
        || !endings.hasTimer(node)
        || event.round() != state.round(1)) {
      return new Answer.Refused("node " + run.name(node) + " does not wait for this timer");
    }
    if (!(run.node(node).work() instanceof Work.Signal signal)) {
      endings.succeed(node);
    } else if (signal.fallback() instanceof Work.Fallback(Object value)) {
      endings.succeed(node, value);
    } else {
      endings.fail(node, Failure.timeout("no signal came within " + signal.timeout()));
    }
    return new Answer.Applied();
  }

  Answer received(RunEvent.SignalReceived event) {
    int node = event.node();
    if (!(run.node(node).work() instanceof Work.Signal signal)) {
      return new Answer.Refused("node " + run.name(node) + " takes no signals");
    }
    if (state.node(node) != NodeState.ACTIVE) {
      return new Answer.Refused(
          state.node(node) == NodeState.PENDING && !state.phase.isFinal()
              ? "node " + run.name(node) + " does not wait yet; send the signal when it does"
              : "node " + run.name(node) + " does not wait any more: it is " + shown(node));
    }
    if (!signal.options().isEmpty() && !takes(signal.options(), event.value())) {
      String taken = Delays.shown(signal.options());
      return new Answer.Refused("node " + run.name(node) + " takes only one of " + taken);
    }
    if (endings.hasTimer(node)) {
      run.commands.add(new Command.ClearTimer(node));
    }
    endings.succeed(node, event.value());
    return new Answer.Applied();
  }

  private String shown(int node) {
    return state.node(node).name();
  }

  /** Numbers are equal by value: 1 and 1.0 are the same number in JSON. */
  private static boolean takes(List<Object> options, @Nullable Object value) {
    return options.stream()
        .anyMatch(
            option ->
                option instanceof Number one && value instanceof Number other
                    ? one.doubleValue() == other.doubleValue()
                    : Objects.equals(option, value));
  }
}
