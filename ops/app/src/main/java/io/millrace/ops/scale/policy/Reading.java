package io.millrace.ops.scale.policy;

/** What a look at a pool brought: figures, or the reason why there are none. */
public sealed interface Reading {
  /** Figures. */
  record Measured(Signals signals) implements Reading {}

  /**
   * Nothing that could be relied on. It never counts as an empty queue.
   *
   * @param reason a clause: {@code the API does not answer}
   */
  record Missing(String reason) implements Reading {}
}
