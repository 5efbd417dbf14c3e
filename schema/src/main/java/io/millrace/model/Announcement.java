package io.millrace.model;

import java.util.List;

/**
 * One outbox row: jobs that became ready in one transaction and are to be announced.
 *
 * @param outboxId the row to delete once Kafka has all of them
 * @param jobs at least one
 */
public record Announcement(long outboxId, List<JobPointer> jobs) {}
