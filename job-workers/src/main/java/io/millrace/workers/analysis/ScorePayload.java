package io.millrace.workers.analysis;

/**
 * What a {@code dataset.score} job is asked to do.
 *
 * @param dataset name of a file below the dataset root
 * @param column the name of one of its columns
 */
public record ScorePayload(String dataset, String column) {}
