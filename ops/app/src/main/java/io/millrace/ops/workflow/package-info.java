/**
 * Checks definitions of workflows without a server, and runs them in tests: jobs are played by what
 * a file of cases says of them, and the clock is virtual. The same files always give the same
 * output. Reads files and nothing else; no threads. See docs/workflow-testing.md.
 */
@NullMarked
package io.millrace.ops.workflow;

import org.jspecify.annotations.NullMarked;
