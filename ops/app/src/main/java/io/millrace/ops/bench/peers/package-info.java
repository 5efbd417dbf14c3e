/**
 * Other job systems, measured in the same cases on the same machine and the same PostgreSQL.
 *
 * <p>Job: run the programs of {@code ops/peers}, one child process for each peer and case, each on
 * an empty database of its own, and read what they print. What cannot be run here is left out with
 * a sentence; that is no fault of Millrace's.
 */
@NullMarked
package io.millrace.ops.bench.peers;

import org.jspecify.annotations.NullMarked;
