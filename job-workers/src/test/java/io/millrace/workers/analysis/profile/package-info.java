/** Tests of column statistics. */
@NullMarked
package io.millrace.workers.analysis.profile;

import org.jspecify.annotations.NullMarked;
