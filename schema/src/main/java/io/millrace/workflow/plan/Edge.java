package io.millrace.workflow.plan;

/**
 * A way from one node to another. It is taken or not, once its origin has ended.
 *
 * @param from the index of the origin
 * @param to the index of the target
 */
public record Edge(int from, int to, Kind kind, int branch) {
  /** When an edge is taken. */
  public enum Kind {
    /** When the origin has succeeded, or failed and goes on with its default. */
    SUCCESS,
    /** When the origin has failed and its error branch leads here. */
    ERROR,
    /** When the switch at the origin chose this branch. */
    CASE
  }

  /** The branch number of an edge that no switch decides. */
  public static final int NO_BRANCH = -1;
}
