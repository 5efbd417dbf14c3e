/**
 * Runs Millrace on this machine: the embedded stack, the API and a worker, in one process or each
 * in its own. Promises to start in order, to stop in reverse, and to leave no process behind.
 */
@NullMarked
package io.millrace.ops.up;

import org.jspecify.annotations.NullMarked;
