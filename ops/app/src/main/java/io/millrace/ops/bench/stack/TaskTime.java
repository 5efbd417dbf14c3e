package io.millrace.ops.bench.stack;

import java.util.UUID;

/**
 * When a task of a run ended: the begin of the transaction that recorded its outcome, by the
 * database's clock, in microseconds since the epoch.
 *
 * @param node its number in the definition's order
 */
public record TaskTime(UUID run, int node, long finished) {}
