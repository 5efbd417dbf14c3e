/** Measures how soon Millrace's processes work and how much memory they hold while idle. */
@NullMarked
package io.millrace.ops.bench.start;

import org.jspecify.annotations.NullMarked;
