/**
 * The quarantine lane: a job whose workers died twice runs alone, in a process that runs nothing
 * else and may die of it. {@link io.millrace.workers.quarantine.LaneKeeper} is a worker's side: it
 * starts that process and buries it. {@link io.millrace.workers.quarantine.LaneLoop} is the
 * process's own. The database sees to it that one job of the lane runs at a time, however many
 * workers believe that it is their turn.
 */
@NullMarked
package io.millrace.workers.quarantine;

import org.jspecify.annotations.NullMarked;
