/**
 * What callers do to jobs after their submission: cancel, retry, resolve, replay, and the limits
 * they run under. Has no thread of its own; each call is one short transaction.
 */
@NullMarked
package io.millrace.api.control;

import org.jspecify.annotations.NullMarked;
