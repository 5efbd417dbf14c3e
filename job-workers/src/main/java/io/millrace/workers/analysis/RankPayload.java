package io.millrace.workers.analysis;

import io.millrace.workers.analysis.profile.ColumnScore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code dataset.rank} job is asked to do.
 *
 * @param scores results of {@code dataset.score}; null for one that failed
 */
public record RankPayload(List<@Nullable ColumnScore> scores) {}
