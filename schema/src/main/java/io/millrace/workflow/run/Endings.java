package io.millrace.workflow.run;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** How nodes end, and what follows from it for the ways behind them and for the run. */
final class Endings {
  private final Transition run;
  private final RunState state;

  Endings(Transition run) {
    this.run = run;
    this.state = run.state;
  }

  void succeed(int node) {
    end(node, NodeState.SUCCEEDED);
    decide(node, Edge.NO_BRANCH);
  }

  void succeed(int node, @Nullable Object output) {
    run.save(node, output);
    succeed(node);
  }

  /** A switch has chosen. */
  void choose(int node, int branch) {
    run.save(node, (long) branch);
    end(node, NodeState.SUCCEEDED);
    decide(node, branch);
  }

  void skip(int node) {
    end(node, NodeState.SKIPPED);
    decide(node, Edge.NO_BRANCH);
  }

  /** Decides no ways: should the run be retried, what lies behind still waits. */
  void cancel(int node) {
    end(node, NodeState.CANCELLED);
  }

  void fail(int node, Failure failure) {
    end(node, NodeState.FAILED);
    run.saveError(node, failure);
    switch (run.node(node).onError()) {
      case OnError.Fail() -> failUnhandled(node, failure);
      case OnError.GoOn(Object output) -> {
        run.commands.add(new Command.SaveOutput(node, output));
        decide(node, Edge.NO_BRANCH);
      }
      case OnError.Branch branch -> decide(node, Edge.NO_BRANCH);
    }
  }

  private void failUnhandled(int node, Failure failure) {
    if (!run.numbers.inMain(node)) {
      decide(node, Edge.NO_BRANCH);
    } else if (state.phase == RunPhase.OPEN) {
      failing(new RunFailure(node, failure));
    }
  }

  /** The run fails: from now on nothing of main starts. */
  void failing(RunFailure first) {
    state.enter(RunPhase.FAILING);
    state.failure = first;
    stopWaiting(true);
  }

  /** Cuts short the nodes that wait for a time or a signal, or between two tasks. */
  void stopWaiting(boolean main) {
    for (int node = run.numbers.first(main); node < run.numbers.end(main); node++) {
      if (state.node(node) == NodeState.ACTIVE && !runsTasks(node)) {
        if (hasTimer(node)) {
          run.commands.add(new Command.ClearTimer(node));
        }
        cancel(node);
      }
    }
  }

  /** Whether an active node has tasks whose ends are still to come. */
  boolean runsTasks(int node) {
    return switch (state.progress.get(node)) {
      case Progress.Elements elements -> elements.open() > 0;
      case Progress.Rounds rounds -> rounds.running;
      case null -> run.node(node).work() instanceof Work.Task;
    };
  }

  boolean hasTimer(int node) {
    return switch (run.node(node).work()) {
      case Work.Sleep sleep -> true;
      case Work.Until until -> true;
      case Work.Signal signal -> signal.timeout() != null;
      case Work.Task task -> false;
      case Work.ForEach tasks -> false;
      case Work.While rounds -> false;
      case Work.Switch choice -> false;
      case Work.Transform value -> false;
    };
  }

  private void end(int node, NodeState how) {
    state.node(node, how);
    if (!(resumable(node, how) && state.progress.get(node) instanceof Progress.Elements)) {
      state.progress.remove(node);
    }
  }

  /** Whether a retry of the run starts this node again. */
  boolean resumable(int node, NodeState how) {
    return run.numbers.inMain(node)
        && (how == NodeState.CANCELLED
            || (how == NodeState.FAILED && run.node(node).onError() instanceof OnError.Fail));
  }

  /** Decides the ways from a node that ended in an earlier run. */
  void decideAsBefore(int node, int branch) {
    decide(node, branch);
  }

  /** Decides the ways from a node that has ended, and from all that are skipped because of it. */
  private void decide(int node, int branch) {
    Deque<Integer> ended = new ArrayDeque<>();
    for (Integer from = node; from != null; from = ended.poll()) {
      PlanNode origin = run.node(from);
      for (Edge way : origin.out()) {
        decide(from, way, TakenWays.isTaken(origin, state.node(from), way, branch), ended);
      }
    }
  }

  private void decide(int from, Edge way, boolean taken, Deque<Integer> skipped) {
    int target = run.numbers.target(from, way.to());
    if (state.node(target) != NodeState.PENDING || state.joined(target)) {
      return; // Its join was met before; later ways change nothing.
    }
    state.decide(from, way, taken);
    if (state.joined(target)) {
      run.ready.add(target);
    } else if (state.unreachable(target)) {
      state.node(target, NodeState.SKIPPED);
      skipped.add(target);
    }
  }
}
