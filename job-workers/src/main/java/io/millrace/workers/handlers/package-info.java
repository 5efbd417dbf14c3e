/**
 * The job types every worker has: {@code echo}, {@code sleep} and {@code fail} to try and measure
 * the service, and {@code http.request} in the package below. Each runs on the job's own thread and
 * keeps nothing between jobs.
 *
 * <p>A payload is a record; a component that may be absent is nullable, and what absence means is
 * said in one method of the record. Limits stand twice, in the schema the API checks and in the
 * handler, because a payload may reach a worker without passing the API.
 */
@NullMarked
package io.millrace.workers.handlers;

import org.jspecify.annotations.NullMarked;
