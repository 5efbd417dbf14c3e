/** Millrace itself under measurement: in JVMs of its own, with the code of this build. */
@NullMarked
package io.millrace.ops.bench.stack;

import org.jspecify.annotations.NullMarked;
