package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one instant of a schedule.
 *
 * @param at the instant
 * @param job the job made for it, or null
 * @param run the run made for it, or null
 * @param detail why there is none, or what else there is to say
 */
public record Firing(
    Instant at, Outcome outcome, @Nullable UUID job, @Nullable UUID run, @Nullable String detail) {
  /** How it went. */
  public enum Outcome {
    /** A job or run was made. */
    SUBMITTED,
    /** Passed over, because of the schedule's overlap policy. */
    SKIPPED,
    /** Waits for the previous job or run to end. */
    QUEUED,
    /** Nobody was there in time, and the catch-up policy does not make up for it. */
    MISSED,
    /** It could not be made: its type or workflow has changed since, or is gone. */
    REFUSED
  }
}
