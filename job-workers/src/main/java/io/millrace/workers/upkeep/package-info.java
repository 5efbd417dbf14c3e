/**
 * Chores that heal, done by every worker: relay, promotion and expiry, reaping, sweeping. And those
 * that only the leader does: counting, forgetting, trimming. A thread each.
 */
@NullMarked
package io.millrace.workers.upkeep;

import org.jspecify.annotations.NullMarked;
