/**
 * Every SQL statement of Millrace, one method each: records in, records out; no thread, no retry.
 */
@NullMarked
package io.millrace.store;

import org.jspecify.annotations.NullMarked;
