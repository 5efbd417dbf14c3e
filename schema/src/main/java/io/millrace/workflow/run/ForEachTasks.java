package io.millrace.workflow.run;

import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nodes with a task for each item of a list: which run, and how the node ends by them. */
final class ForEachTasks {
  private static final String FIELD = "forEach.in";

  private final Transition run;
  private final Endings endings;

  ForEachTasks(Transition run, Endings endings) {
    this.run = run;
    this.endings = endings;
  }

  /** Starts the node, or takes it up again where a failed run left it. */
  void start(int node, Work.ForEach work) throws ExpressionException {
    List<?> items = items(node, work);
    if (items.size() > WorkflowLimits.MAX_WIDTH) {
      String message = "%s: %d items, %d are allowed";
      endings.fail(
          node, Failure.limit(message.formatted(FIELD, items.size(), WorkflowLimits.MAX_WIDTH)));
      return;
    }
    int tasks = tasks(items, work);
    if (run.state.progress.get(node) instanceof Progress.Elements before && before.tasks == tasks) {
      before.retry();
    } else {
      run.state.progress.put(node, new Progress.Elements(tasks));
    }
    run.state.node(node, NodeState.ACTIVE);
    proceed(node, work);
  }

  /**
   * One of its tasks has ended.
   *
   * @return false when that task does not run
   */
  boolean ended(int node, Work.ForEach work, RunEvent.TaskEnded event) {
    Progress.Elements progress = progress(node);
    if (event.round() != run.state.round(1)
        || event.element() < 0
        || !progress.end(event.element())) {
      return false;
    }
    switch (event.outcome()) {
      case TaskOutcome.Succeeded succeeded -> {}
      case TaskOutcome.Failed(Failure failure) -> failed(work, progress, event.element(), failure);
      case TaskOutcome.Cancelled() -> {
        if (run.state.halted) {
          progress.unsuccessful.set(event.element());
        } else {
          failed(work, progress, event.element(), Failure.cancelled());
        }
      }
    }
    proceed(node, work);
    return true;
  }

  private static void failed(
      Work.ForEach work, Progress.Elements progress, int task, Failure failure) {
    progress.unsuccessful.set(task);
    progress.failures++;
    int tolerated = tolerated(work.tolerance(), progress.tasks);
    if (progress.failures > tolerated && progress.failure == null) {
      progress.failure =
          new Failure(
              failure.kind(),
              "%d of %d tasks failed, %d are tolerated; task %d: %s"
                  .formatted(
                      progress.failures, progress.tasks, tolerated, task, failure.message()));
    }
  }

  private static int tolerated(Work.Tolerance tolerance, int tasks) {
    // 29 % of 100 is 28.999999999999996 in binary.
    int share = (int) Math.floor(tolerance.share() * tasks + 1e-6);
    return Math.min(tolerance.failures(), share);
  }

  /** Starts what may start; ends the node when nothing runs and nothing is to start. */
  void proceed(int node, Work.ForEach work) {
    Progress.Elements progress = progress(node);
    try {
      fill(node, work, progress);
    } catch (ExpressionException e) {
      progress.failure = Failure.expression(String.valueOf(e.getMessage()));
    }
    if (progress.open() == 0) {
      settle(node, progress);
    }
  }

  private void fill(int node, Work.ForEach work, Progress.Elements progress)
      throws ExpressionException {
    if (!wantsMore(node, work, progress)) {
      return; // And the list, which may be long, need not be read.
    }
    List<?> items = items(node, work);
    if (tasks(items, work) != progress.tasks) {
      throw new ExpressionException(FIELD + ": gives another list than when the node started");
    }
    while (wantsMore(node, work, progress)) {
      int task = progress.upcoming();
      run.startTask(node, task, 1, work.task(), variables(work, items, task));
      progress.start(task);
    }
  }

  private boolean wantsMore(int node, Work.ForEach work, Progress.Elements progress) {
    return progress.failure == null
        && !progress.allStarted()
        && progress.open() < work.concurrency()
        && run.state.mayStart(node);
  }

  private void settle(int node, Progress.Elements progress) {
    Failure failure = progress.failure;
    if (failure != null) {
      endings.fail(node, failure);
    } else if (progress.allStarted() && !progress.someCancelled()) {
      endings.succeed(node);
    } else if (!run.state.open(node)) {
      endings.cancel(node);
    }
  }

  private List<?> items(int node, Work.ForEach work) throws ExpressionException {
    Object value = run.evaluate(FIELD, work.items(), NodeScope.NO_LOCALS);
    if (value instanceof List<?> items) {
      return items;
    }
    throw new ExpressionException(
        FIELD + ": gives no list at node " + run.name(node) + " but " + Delays.shown(value));
  }

  private static int tasks(List<?> items, Work.ForEach work) {
    return Math.ceilDiv(items.size(), work.batch());
  }

  private static Map<String, @Nullable Object> variables(
      Work.ForEach work, List<?> items, int task) {
    Map<String, @Nullable Object> variables = HashMap.newHashMap(2);
    int from = task * work.batch();
    int to = Math.min(items.size() - from, work.batch()) + from;
    variables.put(work.as(), work.batch() == 1 ? items.get(task) : items.subList(from, to));
    variables.put("index", (long) task);
    return variables;
  }

  private Progress.Elements progress(int node) {
    if (run.state.progress.get(node) instanceof Progress.Elements elements) {
      return elements;
    }
    throw new BadRunStateException("node " + run.name(node) + " is active without its progress");
  }
}
