/** The embedded stack: a real PostgreSQL, a real Kafka broker and a real Redis on 127.0.0.1. */
@NullMarked
package io.millrace.local;

import org.jspecify.annotations.NullMarked;
