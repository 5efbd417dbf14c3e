/**
 * What bare batched JDBC does to the rows of plain jobs: the floor that Millrace stands on.
 *
 * <p>Job: insert, claim and complete rows of the real {@code job} table in the fewest statements
 * that can do it, without history, counters, outbox, limits or fencing. What Millrace is slower by
 * is the price of those.
 */
@NullMarked
package io.millrace.ops.bench.floor;

import org.jspecify.annotations.NullMarked;
