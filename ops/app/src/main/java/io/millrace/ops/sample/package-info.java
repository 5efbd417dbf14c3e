/**
 * Sample data that is the same on every machine: a seed and a number of rows name the bytes. Knows
 * nothing of the service.
 */
@NullMarked
package io.millrace.ops.sample;

import org.jspecify.annotations.NullMarked;
