/**
 * The job type {@code http.request}: one outbound HTTP request per attempt, to hosts the operator
 * lists. Payloads come from tenants, so everything here assumes a hostile URL and a hostile server.
 *
 * <p>Each exchange runs on a virtual thread of its own while the job's thread waits for it with a
 * deadline; so an interrupt, a timeout and a server that drips bytes all end the same way: the
 * connection is cut. What is promised: no connection to an address that was not checked, one
 * request per attempt, bounded memory, bounded time.
 */
@NullMarked
package io.millrace.workers.handlers.http;

import org.jspecify.annotations.NullMarked;
