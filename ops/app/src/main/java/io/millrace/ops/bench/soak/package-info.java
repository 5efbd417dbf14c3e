/**
 * A constant load over hours, and what must be true of the service at its end: no job lost, nothing
 * grown that should not. {@link io.millrace.ops.bench.soak.SoakVerdict} decides and is pure.
 */
@NullMarked
package io.millrace.ops.bench.soak;

import org.jspecify.annotations.NullMarked;
