/** From Kafka to claimed jobs: one thread per pool polls, claims in one statement, acknowledges. */
@NullMarked
package io.millrace.workers.poll;

import org.jspecify.annotations.NullMarked;
