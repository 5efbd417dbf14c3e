package io.millrace.workflow.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node does. */
public sealed interface Work {
  /** Work that others do for the run and report back: a job or a run of its own. */
  sealed interface Task extends Work {}

  /** One job. */
  record Call(String type, Template payload) implements Task {}

  /** A run of another workflow, in its newest version when it starts. */
  record SubRun(String workflow, Template input) implements Task {}

  /**
   * A task for each item of a list, its output the list of their outputs in the items' order; null
   * for a failure that was tolerated. An empty list succeeds at once.
   *
   * @param items what must evaluate to a list of at most {@link WorkflowLimits#MAX_WIDTH}
   * @param as the variable that holds the item, or with a batch the list of its items
   * @param concurrency most tasks at once, 1 to {@link WorkflowLimits#MAX_WIDTH}
   * @param batch items a task, at least 1
   */
  record ForEach(
      Expression items, String as, int concurrency, int batch, Tolerance tolerance, Task task)
      implements Work {}

  /** How many tasks of a {@link ForEach} may fail without failing it; both bounds hold. */
  record Tolerance(int failures, double share) {
    public static final Tolerance NONE = new Tolerance(0, 0.0);
  }

  /**
   * A task again and again, its output that of the last round; null when there was none.
   *
   * @param condition worked out before each round; {@code loop.round} counts from 1, {@code output}
   *     is that of the round before
   * @param maxRounds after so many rounds it fails when the condition still holds; 1 to {@link
   *     WorkflowLimits#MAX_ROUNDS}
   * @param carried variables of {@code loop}: what they start with and what they become after each
   *     round
   */
  record While(Expression condition, int maxRounds, Map<String, Carried> carried, Task task)
      implements Work {}

  /** A variable of a loop. */
  record Carried(Template start, Template next) {}

  /**
   * Waits until somebody sends it a value.
   *
   * @param options the values it takes; empty takes any
   * @param timeout how long it waits, or null for ever
   * @param fallback the output after the timeout, when there is one
   */
  record Signal(List<Object> options, @Nullable Duration timeout, @Nullable Fallback fallback)
      implements Work {}

  /** A value that may be null, unlike none. */
  record Fallback(@Nullable Object value) {}

  /** Waits: a duration as text or a number of seconds. */
  record Sleep(Template duration) implements Work {}

  /** Waits for an instant, as ISO 8601 text; one in the past waits for nothing. */
  record Until(Template instant) implements Work {}

  /**
   * Chooses the first branch whose condition holds. Its output is the number of the branch, from 0;
   * the default has the number after the last.
   *
   * @param conditions in order
   * @param hasDefault whether there is a branch when none holds; without it the node then fails
   */
  record Switch(List<Expression> conditions, boolean hasDefault) implements Work {}

  /** Works out a value. */
  record Transform(Template value) implements Work {}
}
