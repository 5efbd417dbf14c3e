/** Chores that heal: relay, promotion of due jobs, reaping, sweeping, counting, partitions. */
@NullMarked
package io.millrace.workers.upkeep;

import org.jspecify.annotations.NullMarked;
