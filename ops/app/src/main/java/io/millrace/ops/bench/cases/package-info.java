/**
 * What is measured of Millrace, a class for each case; how it is started, warmed up and filled
 * stands in one place, {@link io.millrace.ops.bench.cases.Rig}.
 */
@NullMarked
package io.millrace.ops.bench.cases;

import org.jspecify.annotations.NullMarked;
