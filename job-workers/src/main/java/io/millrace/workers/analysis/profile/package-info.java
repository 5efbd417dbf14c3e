/**
 * Column statistics over blocks of rows: exact counters and sketches of bounded size, which can be
 * saved, restored and merged. No I/O, no threads; an object serves one thread.
 */
@NullMarked
package io.millrace.workers.analysis.profile;

import org.jspecify.annotations.NullMarked;
