/**
 * Finished jobs kept warm in Redis. A cache and nothing more: it never throws, never waits much
 * longer than its timeout and may forget everything at any time; PostgreSQL is asked for what it
 * does not have. Reads run on the caller's thread, writes on a loop of the cache's own, and another
 * loop looks whether Redis is there.
 */
@NullMarked
package io.millrace.cache;

import org.jspecify.annotations.NullMarked;
