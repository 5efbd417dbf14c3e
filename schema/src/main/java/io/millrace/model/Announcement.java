package io.millrace.model;

import java.util.List;

/**
 * One outbox row: what one transaction did that others are to learn of.
 *
 * @param outboxId the row to delete once Kafka has all of it
 * @param jobs pointers of jobs that became ready; may be empty
 * @param events to be published; empty when publishing is off
 */
public record Announcement(long outboxId, List<JobPointer> jobs, List<JobEvent> events) {
  /** An announcement of ready jobs alone. */
  public Announcement(long outboxId, List<JobPointer> jobs) {
    this(outboxId, jobs, List.of());
  }
}
