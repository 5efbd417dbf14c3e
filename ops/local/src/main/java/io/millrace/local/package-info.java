/**
 * The embedded stack: a real PostgreSQL, a real Kafka broker and a real Redis on 127.0.0.1.
 *
 * <p>Job: give a laptop, a test run and the all-in-one process the three servers a production
 * installation has, with the same durability, from nothing but the class path. {@link
 * io.millrace.local.LocalStack} is the entry; {@link io.millrace.local.SharedLocalStack} is for
 * tests.
 *
 * <p>Processes and threads: PostgreSQL and Redis are child processes in a session of their own, so
 * a Ctrl-C in the terminal reaches only the JVM and the application decides the order of shutdown.
 * Kafka runs inside this JVM on its own threads. The package itself keeps no thread after start.
 *
 * <p>Promises: listeners on 127.0.0.1 only; one owner per data folder; ports stay the same over
 * restarts on one folder while they are free; nothing is written outside the data and cache
 * folders; {@code close()} leaves no process; what a killed owner left behind is ended by the next
 * start. Needs Linux (it reads {@code /proc}) and, as root only, {@code unshare}.
 *
 * <p>Noisy loggers, hundreds of lines per start at INFO and worth WARN in an application's log
 * configuration: {@code kafka}, {@code org.apache.kafka}, {@code state.change.logger}, and {@code
 * io.zonky.test.db.postgres}. Harmless at WARN: {@code
 * org.apache.kafka.controller.QuorumController} on each start, {@code
 * org.apache.kafka.clients.NetworkClient} on a stop. {@code kafka.server.ControllerApis} may log
 * one NotControllerException at ERROR while a start elects the controller; it retries.
 */
@NullMarked
package io.millrace.local;

import org.jspecify.annotations.NullMarked;
