/** The machinery under the loops: loop threads, batching, backoff, time, ids. */
@NullMarked
package io.millrace.runtime;

import org.jspecify.annotations.NullMarked;
