package io.millrace.workflow.run;

import io.millrace.workflow.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a run does next, by its plan. Immutable; made once for a plan and used by any thread. The
 * same state, events and outputs always give the same result.
 *
 * <p>Events of a batch count one after the other: the result is that of as many single advances.
 * Work is bounded by the plan: each node starts once at most, and a {@code forEach} starts no more
 * tasks than its concurrency.
 */
public final class Advance {
  private final Plan plan;
  private final NodeNumbers numbers;

  public Advance(Plan plan) {
    this.plan = plan;
    this.numbers = new NodeNumbers(plan);
  }

  /**
   * What follows from some events.
   *
   * @param commands what is to be done, in this order
   * @param answers one for each event, in their order
   * @param moves what has changed for those who watch, in order
   */
  public record Step(
      RunState state, List<Command> commands, List<Answer> answers, List<RunMove> moves) {}

  /** What it goes by. */
  public Plan plan() {
    return plan;
  }

  /** By which numbers events and commands name the nodes. */
  public NodeNumbers numbers() {
    return numbers;
  }

  /** The state of a run that waits for {@link RunEvent.Started}. */
  public RunState fresh() {
    return new RunState(numbers);
  }

  /**
   * Applies events.
   *
   * @param state is left as it is
   * @throws IndexOutOfBoundsException when an event names a node that the plan does not have
   */
  public Step apply(RunState state, List<? extends RunEvent> events, Outputs outputs) {
    Transition run = new Transition(plan, state.copy(), outputs);
    Endings endings = new Endings(run);
    ForEachTasks forEach = new ForEachTasks(run, endings);
    WhileRounds rounds = new WhileRounds(run, endings);
    Starts starts = new Starts(run, endings, forEach, rounds);
    Phases phases = new Phases(run, endings, starts);
    Controls controls = new Controls(run, endings, starts, phases);
    Arrivals arrivals = new Arrivals(run, endings, forEach, rounds);
    List<Answer> answers = new ArrayList<>(events.size());
    for (RunEvent event : events) {
      Answer answer = answer(event, controls, arrivals);
      answers.add(answer);
      if (answer instanceof Answer.Applied) {
        phases.advance();
      }
    }
    return new Step(
        run.state, List.copyOf(run.commands), List.copyOf(answers), List.copyOf(run.state.moves));
  }

  private Answer answer(RunEvent event, Controls controls, Arrivals arrivals) {
    return switch (event) {
      case RunEvent.Started() -> controls.start();
      case RunEvent.TaskEnded ended -> {
        checkNode(ended.node());
        yield arrivals.ended(ended);
      }
      case RunEvent.TimerFired fired -> {
        checkNode(fired.node());
        yield arrivals.fired(fired);
      }
      case RunEvent.SignalReceived received -> {
        checkNode(received.node());
        yield arrivals.received(received);
      }
      case RunEvent.CancelRequested(String reason) -> controls.cancel(reason);
      case RunEvent.Paused() -> controls.pause();
      case RunEvent.Resumed() -> controls.resume();
      case RunEvent.TimedOut() -> controls.timeOut();
      case RunEvent.RetryFailed() -> controls.retry();
      case RunEvent.SkipNode(int node) -> {
        checkNode(node);
        yield controls.skip(node);
      }
    };
  }

  private void checkNode(int node) {
    Objects.checkIndex(node, numbers.size());
  }
}
