/**
 * Runs claimed jobs: a virtual thread each, or a thread of the CPU pool; decides what follows an
 * attempt.
 */
@NullMarked
package io.millrace.workers.run;

import org.jspecify.annotations.NullMarked;
