/**
 * Other job systems over PostgreSQL, measured in the cases that Millrace is measured in.
 *
 * <p>Job: run one peer in one case against a database it is given, set up as the peer's own
 * documentation advises for throughput, and print one JSON object. A program of its own, so that
 * nothing of it is on the product's class path and each case begins in a fresh JVM.
 */
@NullMarked
package io.millrace.peers;

import org.jspecify.annotations.NullMarked;
