/**
 * A run of the whole bench: which cases there are, their order, what is told meanwhile and what is
 * written down. One thread; Ctrl-C interrupts it and waits until its case has stopped what it
 * started.
 */
@NullMarked
package io.millrace.ops.bench.suite;

import org.jspecify.annotations.NullMarked;
