/** Measures Millrace on the machine it runs on; every number in the documents comes from here. */
@NullMarked
package io.millrace.ops.bench;

import org.jspecify.annotations.NullMarked;
