package io.millrace.workflow.profile;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a run went. Times are milliseconds since 1970.
 *
 * @param begin when the run was made
 * @param end when it ended; of one that has not, when it was looked at
 * @param path the steps that led from one to the other, the earliest first: each begins where the
 *     one before ends, so their parts add up to all of the time
 * @param nodes those that have started, by their numbers
 */
public record RunProfile(
    long begin, long end, Parts parts, List<Step> path, Map<Integer, NodeTime> nodes) {
  /**
   * A step of the path: what happened between two moments.
   *
   * @param node whose time it was, the wait before its start included; null for the run itself
   */
  public record Step(@Nullable Integer node, long from, long to, Parts parts) {}

  /**
   * The time of a node: of all its starts, when it started more than once.
   *
   * @param started when it started first
   * @param ended when it ended last; null while it goes on
   * @param parts from what led to it up to its end; of tasks that ran side by side only the chain
   *     that ended last
   * @param tasks what all its tasks spent, side by side or not
   * @param critical whether a step of the path is its own
   */
  public record NodeTime(
      long started, @Nullable Long ended, Parts parts, Parts tasks, boolean critical) {}
}
