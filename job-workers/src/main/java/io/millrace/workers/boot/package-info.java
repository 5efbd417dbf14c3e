/** Puts a worker together from its configuration, starts and stops it in order. */
@NullMarked
package io.millrace.workers.boot;

import org.jspecify.annotations.NullMarked;
