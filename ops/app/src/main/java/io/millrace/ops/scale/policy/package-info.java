/**
 * How many workers a pool should have: policies that wish for a number, and the controller that
 * lets only so much of a wish through that the fleet does not flap. Pure: no clock, no thread, no
 * input or output; the same readings give the same decisions.
 */
@NullMarked
package io.millrace.ops.scale.policy;

import org.jspecify.annotations.NullMarked;
