/** What a bench measured: plain values, written as JSON, a table and a page by {@code report}. */
@NullMarked
package io.millrace.ops.bench.result;

import org.jspecify.annotations.NullMarked;
