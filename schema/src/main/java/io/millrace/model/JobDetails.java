package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What only some jobs have, as a caller sees it.
 *
 * @param events number of the latest event
 * @param crashes times a worker died while it ran the job
 * @param runAt when a SCHEDULED job is due, or was last
 * @param labels a JSON object of strings
 * @param usage what its attempts say they have used: a JSON object of integers
 */
public record JobDetails(
    int events,
    int crashes,
    @Nullable Instant runAt,
    @Nullable Instant deadline,
    @Nullable String labels,
    @Nullable UUID parent,
    @Nullable String origin,
    @Nullable Instant cancelRequestedAt,
    @Nullable String cancelReason,
    @Nullable String usage) {
  /** Of a job that has none of it. */
  public static final JobDetails NONE =
      new JobDetails(0, 0, null, null, null, null, null, null, null, null);
}
