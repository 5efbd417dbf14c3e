/** Tests of the analyses. */
@NullMarked
package io.millrace.workers.analysis;

import org.jspecify.annotations.NullMarked;
