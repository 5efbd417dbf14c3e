package io.millrace.workflow.run;

import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Template;
import org.jspecify.annotations.Nullable;

/** How a run goes from phase to phase when its nodes have ended. */
final class Phases {
  private final Transition run;
  private final RunState state;
  private final Endings endings;
  private final Starts starts;

  Phases(Transition run, Endings endings, Starts starts) {
    this.run = run;
    this.state = run.state;
    this.endings = endings;
    this.starts = starts;
  }

  /** Carries out all that follows from what has just happened. */
  void advance() {
    do {
      starts.drain();
    } while (settle());
  }

  /** Opens the run, for the first time or for a retry. */
  void open() {
    state.enter(RunPhase.OPEN);
    if (run.plan.timeout() != null) {
      Command.Due due = new Command.Due.After(run.plan.timeout());
      run.commands.add(new Command.StartTimer(NodeNumbers.RUN, state.round(1), due));
    }
    starts.findDue(true);
  }

  /** Tells the tasks that run to stop, and lets nothing more start in this graph. */
  void halt(boolean main) {
    state.halted = true;
    endings.stopWaiting(main);
    if (state.active(main) > 0) {
      run.commands.add(new Command.CancelTasks());
    }
  }

  /** Moves the run to its next phase if this one is over; true when there is more to do. */
  private boolean settle() {
    return switch (state.phase) {
      case OPEN -> state.active(true) + state.pending(true) == 0 && finish();
      case FAILING, CANCELLING -> state.active(true) == 0 && compensate();
      case COMPENSATING -> {
        if (state.active(false) == 0 && (state.halted || state.pending(false) == 0)) {
          endUnwell();
        }
        yield false;
      }
      case NEW, SUCCEEDED, FAILED, CANCELLED -> false;
    };
  }

  private boolean finish() {
    Template template = run.plan.output();
    try {
      Object output = template == null ? null : run.render("output", template, NodeScope.NO_LOCALS);
      clearTimer();
      end(RunPhase.SUCCEEDED, output);
      return false;
    } catch (ExpressionException e) {
      Failure failure = Failure.expression(String.valueOf(e.getMessage()));
      endings.failing(new RunFailure(NodeNumbers.RUN, failure));
      return true;
    }
  }

  private boolean compensate() {
    if (state.pending(false) == 0) {
      clearTimer();
      endUnwell();
      return false;
    }
    if (state.paused) {
      return false;
    }
    clearTimer();
    state.enter(RunPhase.COMPENSATING);
    state.halted = false;
    starts.findDue(false);
    return true;
  }

  private void clearTimer() {
    if (run.plan.timeout() != null) {
      run.commands.add(new Command.ClearTimer(NodeNumbers.RUN));
    }
  }

  /** Ends a run that something failed, or else one that was cancelled. */
  void endUnwell() {
    end(state.failure == null ? RunPhase.CANCELLED : RunPhase.FAILED, null);
  }

  private void end(RunPhase phase, @Nullable Object output) {
    state.pause(false);
    state.enter(phase);
    state.halted = false;
    run.commands.add(new Command.EndRun(phase, output, state.failure, state.reason));
  }
}
