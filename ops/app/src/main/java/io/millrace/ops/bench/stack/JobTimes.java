package io.millrace.ops.bench.stack;

import java.util.UUID;

/**
 * When a job got where, by the database's clock, in microseconds since the epoch.
 *
 * @param created the begin of the transaction that stored it
 * @param started the begin of the claim
 * @param finished the begin of the transaction that recorded its outcome
 */
public record JobTimes(UUID id, long created, long started, long finished) {}
