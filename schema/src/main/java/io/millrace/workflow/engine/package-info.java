/**
 * Runs, advanced: what {@link io.millrace.workflow.run} decides meets what {@link
 * io.millrace.store} keeps. One loop; the rest runs on the threads of its callers, inside their
 * transactions.
 */
@NullMarked
package io.millrace.workflow.engine;

import org.jspecify.annotations.NullMarked;
