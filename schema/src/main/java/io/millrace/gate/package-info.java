/**
 * Who may go next. {@link io.millrace.gate.GateLoop} admits BLOCKED jobs when there is a place
 * under their limits; {@link io.millrace.gate.PaceLoop} keeps the announced part of each queue
 * short and deals the rest out to the tenants in turn. Each has one thread; what they decide is
 * pure.
 */
@NullMarked
package io.millrace.gate;

import org.jspecify.annotations.NullMarked;
