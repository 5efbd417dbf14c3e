package io.millrace.model;

import java.time.Instant;

/**
 * A definition of a workflow as it is kept.
 *
 * @param version SHA-256 of the definition in lower-case hexadecimal
 * @param number counts the versions of the workflow in the order they came, from 1
 * @param current whether new runs start with it
 * @param createdAt when it was first put
 */
public record WorkflowVersion(
    String tenant, String name, String version, int number, boolean current, Instant createdAt) {}
