/** Schedules as callers make and change them; the workers' leader fires them. */
@NullMarked
package io.millrace.api.schedule;

import org.jspecify.annotations.NullMarked;
