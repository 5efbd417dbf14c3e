/**
 * The Spring Batch side of the analyses: one chunk-oriented step over blocks of rows, whose
 * sketches are saved with each chunk's commit, in the same transaction. A job runs on the thread
 * that asks for it and holds one database connection while it does. What it promises: whatever
 * dies, the next attempt goes on from the last committed chunk, and an attempt that has been
 * replaced can commit nothing more.
 *
 * <p>An item is a block of a few thousand rows, not a row: Spring Batch's work per item (events,
 * observations, listeners) would otherwise cost more than the statistics.
 */
@NullMarked
package io.millrace.workers.analysis.batch;

import org.jspecify.annotations.NullMarked;
