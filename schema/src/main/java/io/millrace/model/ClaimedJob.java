package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job a worker session holds, with the fence that every write about it must name.
 *
 * @param session the worker session that claimed it
 * @param attempt the number of this start, from 1
 * @param failures earlier starts that count against {@code maxAttempts}
 */
public record ClaimedJob(
    UUID id,
    String tenant,
    String type,
    long session,
    int attempt,
    int failures,
    int maxAttempts,
    long timeoutMillis,
    String payload,
    @Nullable String traceparent) {}
