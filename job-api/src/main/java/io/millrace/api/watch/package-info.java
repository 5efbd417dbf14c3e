/**
 * Waiting for what happens to jobs. One loop per process knows every job that somebody waits for,
 * asks for all of them in one statement and tells who waits; so a waiting caller costs neither a
 * thread nor a connection to the database. Hints from Kafka make it ask at once, without them it
 * asks three times a second.
 */
@NullMarked
package io.millrace.api.watch;

import org.jspecify.annotations.NullMarked;
