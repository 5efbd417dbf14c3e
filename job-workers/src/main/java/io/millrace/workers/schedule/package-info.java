/** Fires schedules, on the leader's loop {@code schedule}. */
@NullMarked
package io.millrace.workers.schedule;

import org.jspecify.annotations.NullMarked;
