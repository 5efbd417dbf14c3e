/** Starts {@code ops/millrace} as a user does, and watches the process from outside. */
@NullMarked
package io.millrace.ops.launch;

import org.jspecify.annotations.NullMarked;
