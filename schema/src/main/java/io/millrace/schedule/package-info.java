/**
 * When schedules fire and what becomes of each instant: pure functions of a schedule and a time. No
 * thread, no clock, no database; the API and the workers both use it.
 */
@NullMarked
package io.millrace.schedule;

import org.jspecify.annotations.NullMarked;
