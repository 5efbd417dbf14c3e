package io.millrace.ops.scale.simulate;

/**
 * What is simulated.
 *
 * @param slots jobs that a worker runs at once, at least 1
 * @param startMillis from the decision to a new worker's first claim
 * @param targetMillis a job that waits longer is late
 * @param seed of what is random beside the trace
 */
public record Plant(int slots, long startMillis, long targetMillis, long seed) {}
