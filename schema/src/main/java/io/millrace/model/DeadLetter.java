package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A FAILED job as the list of dead letters shows it.
 *
 * @param attempt number of its latest start; 0 when it never started
 * @param labels a JSON object of strings, or null
 */
public record DeadLetter(
    UUID id,
    String type,
    int attempt,
    Instant createdAt,
    Instant failedAt,
    JobError error,
    @Nullable String labels) {}
