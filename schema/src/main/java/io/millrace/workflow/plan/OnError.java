package io.millrace.workflow.plan;

import org.jspecify.annotations.Nullable;

/** What follows when a node has failed for good. */
public sealed interface OnError {
  /** The run fails: it starts nothing more, waits for what runs, compensates, ends FAILED. */
  record Fail() implements OnError {}

  /**
   * The run goes on as if the node had succeeded.
   *
   * @param output what stands for its output: a JSON value
   */
  record GoOn(@Nullable Object output) implements OnError {}

  /** The node's ERROR edge is taken, and no other. */
  record Branch(int target) implements OnError {}
}
