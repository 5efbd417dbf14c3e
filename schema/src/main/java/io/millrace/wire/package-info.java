/** What leaves the process on Kafka: topic names and versioned message bytes. */
@NullMarked
package io.millrace.wire;

import org.jspecify.annotations.NullMarked;
