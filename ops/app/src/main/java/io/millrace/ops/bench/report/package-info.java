/**
 * What becomes of a bench's figures: a table, a page, a file, a verdict by the project's targets
 * and a comparison with an older run. Pure except for {@link
 * io.millrace.ops.bench.report.ReportFolder} and {@link io.millrace.ops.bench.report.ReportJson},
 * which use files.
 */
@NullMarked
package io.millrace.ops.bench.report;

import org.jspecify.annotations.NullMarked;
