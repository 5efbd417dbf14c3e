/**
 * Load over HTTP/1.1 from one event loop thread, cheap enough to share a machine with the server it
 * measures: requests are encoded beforehand and of answers only what counts is read.
 */
@NullMarked
package io.millrace.ops.bench.load;

import org.jspecify.annotations.NullMarked;
