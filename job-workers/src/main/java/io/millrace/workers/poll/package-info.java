/**
 * From Kafka to claimed jobs: one thread per pool and priority polls, claims in one statement,
 * acknowledges.
 */
@NullMarked
package io.millrace.workers.poll;

import org.jspecify.annotations.NullMarked;
