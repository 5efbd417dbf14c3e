package io.millrace.model;

import java.util.UUID;

/** A hint that a job may be ready: what is announced on Kafka. The row decides. */
public record JobPointer(UUID id, String tenant, String pool, Priority priority) {}
