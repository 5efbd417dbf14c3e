package io.millrace.ops.workflow;

import io.millrace.workflow.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One run of a definition and what is expected of it.
 *
 * @param line of the file where it begins
 * @param input of the run
 * @param startAt when the virtual clock starts
 * @param mocks by the names of nodes
 * @param signals by the names of nodes
 * @param actions in the order of the file
 */
record TestCase(
    String name,
    int line,
    JsonNode input,
    Instant startAt,
    Map<String, Mock> mocks,
    Map<String, Signal> signals,
    List<Action> actions,
    Expectation expected) {
  /**
   * A value sent to a node that waits for one.
   *
   * @param after how long after the node began to wait
   */
  record Signal(@Nullable Object value, Duration after) {}

  /**
   * What somebody does to the run.
   *
   * @param at so long after the run's start
   * @param words names it in a message: {@code actions[0], cancel at 2h,}
   */
  record Action(Duration at, RunEvent event, String words) {}
}
