package io.millrace.workflow.run;

import io.millrace.workflow.plan.Work;

/** What people and clocks want of a run, and whether its phase allows it. */
final class Controls {
  private final Transition run;
  private final RunState state;
  private final Endings endings;
  private final Starts starts;
  private final Phases phases;

  Controls(Transition run, Endings endings, Starts starts, Phases phases) {
    this.run = run;
    this.state = run.state;
    this.endings = endings;
    this.starts = starts;
    this.phases = phases;
  }

  Answer start() {
    if (state.phase != RunPhase.NEW) {
      return refused("only a run that is NEW starts; it is " + state.phase);
    }
    phases.open();
    return new Answer.Applied();
  }

  /** Also ends a pause, which would keep the compensation from starting. */
  Answer cancel(String reason) {
    switch (state.phase) {
      case NEW -> {
        state.reason = reason;
        phases.endUnwell();
      }
      case OPEN -> {
        state.enter(RunPhase.CANCELLING);
        state.reason = reason;
        phases.halt(true);
      }
      case FAILING, COMPENSATING -> {
        if (state.halted && !state.paused) {
          return refused("the run is being stopped already");
        }
        phases.halt(state.phase == RunPhase.FAILING);
      }
      case CANCELLING -> {
        return refused("the run is being cancelled already");
      }
      case SUCCEEDED, FAILED, CANCELLED -> {
        return ended();
      }
    }
    state.pause(false);
    return new Answer.Applied();
  }

  Answer timeOut() {
    switch (state.phase) {
      case OPEN -> {
        Failure failure =
            Failure.timeout("timeout: the run took longer than " + run.plan.timeout());
        endings.failing(new RunFailure(NodeNumbers.RUN, failure));
        phases.halt(true);
      }
      case FAILING -> {
        if (state.halted) {
          return refused("the run is being stopped already");
        }
        phases.halt(true);
      }
      case NEW, CANCELLING, COMPENSATING, SUCCEEDED, FAILED, CANCELLED -> {
        return refused("the run is " + state.phase + "; its time does not count");
      }
    }
    return new Answer.Applied();
  }

  Answer pause() {
    if (state.phase.isFinal()) {
      return ended();
    }
    if (state.paused || state.phase == RunPhase.CANCELLING) {
      return refused(state.paused ? "the run is paused already" : "the run is being cancelled");
    }
    state.pause(true);
    return new Answer.Applied();
  }

  Answer resume() {
    if (!state.paused) {
      return refused("the run is not paused");
    }
    state.pause(false);
    switch (state.phase) {
      case OPEN -> starts.findDue(true);
      case COMPENSATING -> starts.findDue(false);
      case NEW, FAILING, CANCELLING, SUCCEEDED, FAILED, CANCELLED -> {}
    }
    return new Answer.Applied();
  }

  Answer retry() {
    if (state.phase != RunPhase.FAILED) {
      return refused("only a run that is FAILED can be retried; it is " + state.phase);
    }
    if (state.life == RunState.MAX_LIVES) {
      return refused("the run was retried " + (RunState.MAX_LIVES - 1) + " times; submit it anew");
    }
    state.life++;
    state.failure = null;
    for (int node = 0; node < run.numbers.size(); node++) {
      if (!run.numbers.inMain(node)) {
        state.forget(node);
      } else if (endings.resumable(node, state.node(node))) {
        state.again(node);
      }
    }
    if (run.plan.concurrency() == null) {
      phases.open();
    } else {
      state.enter(RunPhase.NEW); // Its place went to another; it starts when it has one again.
    }
    return new Answer.Applied();
  }

  Answer skip(int node) {
    boolean inPhase =
        run.numbers.inMain(node)
            ? state.phase == RunPhase.OPEN || state.phase == RunPhase.FAILED
            : state.phase == RunPhase.COMPENSATING;
    if (!inPhase) {
      return refused(
          "node " + run.name(node) + " cannot be skipped while the run is " + state.phase);
    }
    return switch (state.node(node)) {
      case PENDING -> skipped(node);
      case ACTIVE -> {
        if (!waits(run.node(node).work())) {
          yield refused("node " + run.name(node) + " runs; it ends by its tasks");
        }
        if (endings.hasTimer(node)) {
          run.commands.add(new Command.ClearTimer(node));
        }
        yield skipped(node);
      }
      case FAILED, CANCELLED -> {
        if (state.phase == RunPhase.FAILED && endings.resumable(node, state.node(node))) {
          yield skipped(node);
        }
        yield hasEnded(node);
      }
      case SUCCEEDED, SKIPPED -> hasEnded(node);
    };
  }

  private static boolean waits(Work work) {
    return work instanceof Work.Signal || work instanceof Work.Sleep || work instanceof Work.Until;
  }

  private Answer skipped(int node) {
    endings.skip(node);
    return new Answer.Applied();
  }

  private Answer hasEnded(int node) {
    return refused("node " + run.name(node) + " has ended: it is " + state.node(node));
  }

  private Answer ended() {
    return refused("the run has ended: it is " + state.phase);
  }

  private static Answer refused(String why) {
    return new Answer.Refused(why);
  }
}
