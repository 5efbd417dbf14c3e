package io.millrace.workflow.profile;

import org.jspecify.annotations.Nullable;

/**
 * One life of a node: from its start to its end, which may be the same move. A node that a retry of
 * its run starts again has another.
 *
 * @param first index of the move it starts with
 * @param last index of the move it ends with; null while it goes on
 */
record Life(int node, int first, @Nullable Integer last) {}
