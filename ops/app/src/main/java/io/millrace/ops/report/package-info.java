/**
 * Text for terminals: tables, histograms, progress, numbers. Pure except for {@link
 * io.millrace.ops.report.ProgressLine}, which writes to the writer it is given; no threads.
 */
@NullMarked
package io.millrace.ops.report;

import org.jspecify.annotations.NullMarked;
