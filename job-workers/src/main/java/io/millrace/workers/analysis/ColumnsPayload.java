package io.millrace.workers.analysis;

/**
 * What a {@code dataset.columns} job is asked to do.
 *
 * @param dataset name of a file below the dataset root
 */
public record ColumnsPayload(String dataset) {}
