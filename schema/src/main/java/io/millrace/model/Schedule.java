package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it stands.
 *
 * @param work what it makes
 * @param catchUpMost most missed instants made up for under {@link CatchUp#ALL}
 * @param nextAt null while paused, or when no instant follows
 * @param lastAt the latest instant a job or run was made for
 * @param lastJob that job, or null
 * @param lastRun that run, or null
 * @param queuedAt an instant that waits for it to end
 * @param version counts replacements, from 1
 * @param createdAt where intervals are counted from
 */
public record Schedule(
    String tenant,
    String name,
    Timing timing,
    ScheduleWork work,
    Overlap overlap,
    CatchUp catchUp,
    int catchUpMost,
    boolean paused,
    @Nullable Instant nextAt,
    @Nullable Instant lastAt,
    @Nullable UUID lastJob,
    @Nullable UUID lastRun,
    @Nullable Instant queuedAt,
    int version,
    Instant createdAt,
    Instant updatedAt) {
  /** What the jobs of a schedule carry as their origin. */
  public String origin() {
    return "schedule:" + name;
  }
}
