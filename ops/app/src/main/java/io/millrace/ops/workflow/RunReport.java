package io.millrace.ops.workflow;

import io.millrace.workflow.run.Failure;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunPhase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a virtual run came to.
 *
 * @param failedNode the name of the node that failed it; null when the run failed by itself
 * @param took virtual time from its start to its end
 * @param calls what the tasks of each node were given, in the order they started
 * @param problem why the case cannot be judged, a sentence; null when it can
 */
record RunReport(
    RunPhase phase,
    JsonNode output,
    @Nullable Failure failure,
    @Nullable String failedNode,
    Duration took,
    Map<String, NodeState> nodes,
    Map<String, List<JsonNode>> calls,
    @Nullable String problem) {}
