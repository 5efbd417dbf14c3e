/**
 * The way of ready jobs to Kafka. One thread per process sends what its transactions made ready;
 * what it cannot send stays in the outbox for a relay. Promises at least one announcement per READY
 * job while Kafka answers, never that there is only one. Events of jobs go the same way, to a topic
 * of their own, and can be followed there.
 */
@NullMarked
package io.millrace.announce;

import org.jspecify.annotations.NullMarked;
