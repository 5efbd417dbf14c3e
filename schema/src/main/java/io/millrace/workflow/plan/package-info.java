/**
 * What a workflow definition is compiled into: an immutable graph of nodes that a run is advanced
 * by. Pure; no threads. Whoever compiles it promises what the records say, so that whoever runs it
 * need not check again.
 */
@NullMarked
package io.millrace.workflow.plan;

import org.jspecify.annotations.NullMarked;
