/** Tests of reading. */
@NullMarked
package io.millrace.workers.analysis.read;

import org.jspecify.annotations.NullMarked;
