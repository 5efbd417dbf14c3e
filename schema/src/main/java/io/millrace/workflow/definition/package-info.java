/**
 * Compiles definitions of workflows (docs/workflows.md) into plans, or says everything that is
 * wrong with them by JSON pointer, line and column. A plan it returns cannot get stuck: every node
 * has a decided way to its end. Pure; no threads.
 */
@NullMarked
package io.millrace.workflow.definition;

import org.jspecify.annotations.NullMarked;
