package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as a caller sees it; all times by the database's clock. */
public record JobView(
    UUID id,
    String type,
    JobState state,
    String pool,
    Priority priority,
    int attempt,
    int failures,
    int maxAttempts,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    Instant asOf,
    @Nullable String worker,
    @Nullable JobError error,
    @Nullable Progress progress,
    JobDetails details) {

  /**
   * The latest progress of an attempt.
   *
   * @param fraction share done, 0.0 to 1.0
   * @param counters a JSON object of integers, or null
   */
  public record Progress(
      double fraction, String message, @Nullable String counters, Instant updatedAt) {}
}
