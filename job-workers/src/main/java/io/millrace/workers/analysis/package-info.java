/** The analyses: jobs that read a dataset and describe it. */
@NullMarked
package io.millrace.workers.analysis;

import org.jspecify.annotations.NullMarked;
