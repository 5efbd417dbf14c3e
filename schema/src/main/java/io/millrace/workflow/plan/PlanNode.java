package io.millrace.workflow.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of a graph.
 *
 * @param index its place in the graph's list
 * @param name unique in the whole plan
 * @param when worked out when the join is met; the node is skipped unless it is true. Null runs it
 * @param out the edges from here
 * @param in how many edges lead here; none makes it a root
 */
public record PlanNode(
    int index,
    String name,
    Work work,
    Join join,
    @Nullable Expression when,
    OnError onError,
    NodeOptions options,
    List<Edge> out,
    int in) {}
