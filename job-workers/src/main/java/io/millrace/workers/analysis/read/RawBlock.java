package io.millrace.workers.analysis.read;

import org.jspecify.annotations.Nullable;

/**
 * Whole records, not parsed yet.
 *
 * @param bytes UTF-8; valid until the next block is asked for
 * @param length how many of them belong to the block
 * @param ends index behind each record, ascending; the last one is {@code length}
 * @param firstLine the line the block starts on, from 1
 * @param skipped a record that was too large or never closed, in place of any other
 * @param next where the next block starts
 */
record RawBlock(
    byte[] bytes,
    int length,
    int[] ends,
    long firstLine,
    @Nullable BadRow skipped,
    Position next) {}
