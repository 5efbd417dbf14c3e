package io.millrace.workflow.run;

/**
 * What failed a run: its first failure.
 *
 * @param node the number of the node that failed, or {@link NodeNumbers#RUN} when no node did: the
 *     time was over, or the output could not be worked out
 */
public record RunFailure(int node, Failure failure) {}
