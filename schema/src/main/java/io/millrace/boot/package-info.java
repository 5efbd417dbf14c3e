/** What every Millrace process is configured with and holds: database, Kafka, announcing. */
@NullMarked
package io.millrace.boot;

import org.jspecify.annotations.NullMarked;
