/**
 * What a run does next: a pure function of a plan, a run's state and what has happened. No thread,
 * no clock, no database: whoever calls it keeps the state, and carries out the commands in the
 * transaction that writes the new one.
 */
@NullMarked
package io.millrace.workflow.run;

import org.jspecify.annotations.NullMarked;
