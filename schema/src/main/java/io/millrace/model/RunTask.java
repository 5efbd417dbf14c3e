package io.millrace.model;

import java.util.UUID;

/**
 * The task of a workflow run that a job is, or a run of its own.
 *
 * @param node its node's number in the run's plan
 * @param element which task of a {@code forEach}, from 0; otherwise 0
 * @param round tells apart tasks with the same node and element, the later has the greater
 */
public record RunTask(UUID run, int node, int element, int round) {}
