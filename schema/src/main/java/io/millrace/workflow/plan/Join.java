package io.millrace.workflow.plan;

/**
 * When a node that several edges lead to starts. Edges that are not taken count against it: a node
 * whose condition can no longer be met is skipped.
 */
public sealed interface Join {
  /** When every edge is decided and at least one is taken. */
  record All() implements Join {}

  /**
   * As soon as so many edges are taken; later ones change nothing.
   *
   * @param count 1 to the number of edges
   */
  record Some(int count) implements Join {}
}
