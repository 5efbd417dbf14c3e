package io.millrace.workers.analysis.read;

/**
 * The start of a record.
 *
 * @param offset in bytes of the decoded stream, see {@link DatasetStream}
 * @param line from 1
 */
public record Position(long offset, long line) {}
