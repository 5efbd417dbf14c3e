package io.millrace.workers.analysis.batch;

import io.millrace.workers.analysis.read.DatasetFile;
import io.millrace.workers.analysis.read.DatasetFormat;

/**
 * What one job has to do.
 *
 * @param maxBadShare share of bad rows above which the job fails, 0 to 1
 */
public record ProfileTask(DatasetFile file, DatasetFormat format, double maxBadShare) {}
