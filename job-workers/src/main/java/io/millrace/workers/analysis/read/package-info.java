/**
 * From a file to blocks of parsed rows: detection of the format, splitting at record boundaries,
 * parsing. Each object serves one thread; nothing here keeps more than one block and one record of
 * at most {@link io.millrace.workers.analysis.read.ReadLimits#RECORD_BYTES} in memory.
 */
@NullMarked
package io.millrace.workers.analysis.read;

import org.jspecify.annotations.NullMarked;
