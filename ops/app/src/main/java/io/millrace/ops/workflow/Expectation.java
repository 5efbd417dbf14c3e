package io.millrace.ops.workflow;

import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunPhase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a run is to come to. What is null or empty is not looked at.
 *
 * @param state SUCCEEDED, FAILED or CANCELLED
 * @param within the longest virtual time from start to end
 * @param nodes states by name
 * @param called tasks by the name of their node
 */
record Expectation(
    RunPhase state,
    @Nullable JsonNode output,
    @Nullable Error error,
    @Nullable Duration within,
    Map<String, NodeState> nodes,
    Map<String, Calls> called) {
  /**
   * What failed the run.
   *
   * @param message a part of the message
   */
  record Error(@Nullable String kind, @Nullable String node, @Nullable String message) {}

  /** The tasks that a node started. */
  sealed interface Calls {
    /** So many. */
    record Times(int times) implements Calls {}

    /** Those with these payloads, in this order. */
    record With(List<JsonNode> payloads) implements Calls {}
  }
}
