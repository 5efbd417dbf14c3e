/**
 * Millrace as a whole on real servers: what it promises when processes, broker and cache come and
 * go.
 */
@NullMarked
package io.millrace.ops.it;

import org.jspecify.annotations.NullMarked;
