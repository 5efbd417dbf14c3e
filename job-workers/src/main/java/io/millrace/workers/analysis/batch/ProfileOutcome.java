package io.millrace.workers.analysis.batch;

import io.millrace.workers.analysis.profile.DatasetProfile;

/**
 * A dataset read to its end.
 *
 * @param resumedFrom rows, good and bad, that earlier attempts had committed; 0 for none
 */
public record ProfileOutcome(DatasetProfile profile, long resumedFrom) {}
