package io.millrace.workers.analysis;

import io.millrace.workers.analysis.profile.ColumnRanking;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobHandler;
import java.util.Objects;

/**
 * The {@code dataset.rank} job: puts the scores of a dataset's columns in order, the worst first.
 */
public final class DatasetRankHandler implements JobHandler<RankPayload> {
  @Override
  public String type() {
    return "dataset.rank";
  }

  @Override
  public Class<RankPayload> payloadType() {
    return RankPayload.class;
  }

  @Override
  public ColumnRanking run(RankPayload payload, JobContext context) {
    int all = payload.scores().size();
    return ColumnRanking.of(payload.scores().stream().filter(Objects::nonNull).toList(), all);
  }
}
