/**
 * What a job is: states and their legal moves, outcomes, limits. Pure values, no I/O, no threads.
 */
@NullMarked
package io.millrace.model;

import org.jspecify.annotations.NullMarked;
