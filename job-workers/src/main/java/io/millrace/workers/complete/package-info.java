/**
 * Records outcomes, progress, output and checkpoints in batches. An outcome handed in is written or
 * proven to be nobody's.
 */
@NullMarked
package io.millrace.workers.complete;

import org.jspecify.annotations.NullMarked;
