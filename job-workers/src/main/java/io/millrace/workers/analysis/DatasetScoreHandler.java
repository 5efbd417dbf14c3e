package io.millrace.workers.analysis;

import io.millrace.dataset.TenantDatasets;
import io.millrace.model.ErrorKind;
import io.millrace.model.Workload;
import io.millrace.workers.analysis.profile.ColumnScore;
import io.millrace.workers.analysis.profile.SingleColumn;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobStoppedException;

/**
 * The {@code dataset.score} job: reads a dataset once and says how well one of its columns is
 * filled; see {@link ColumnScore}. Bad rows are left out and counted.
 */
public final class DatasetScoreHandler implements JobHandler<ScorePayload> {
  private final DatasetPass datasets;

  /** Takes the folders that the tenants' datasets live under. */
  public DatasetScoreHandler(TenantDatasets datasets) {
    this.datasets = new DatasetPass(datasets);
  }

  @Override
  public String type() {
    return "dataset.score";
  }

  @Override
  public Class<ScorePayload> payloadType() {
    return ScorePayload.class;
  }

  @Override
  public Workload workload() {
    return Workload.CPU;
  }

  @Override
  public ColumnScore run(ScorePayload payload, JobContext context)
      throws JobFailedException, JobStoppedException {
    DatasetPass.Opened opened = datasets.open(payload.dataset(), context);
    SingleColumn column = new SingleColumn(payload.column(), opened.format().columns());
    datasets.read(opened, context, column::add);
    return column
        .score()
        .orElseThrow(
            () ->
                new JobFailedException(
                    ErrorKind.BAD_PAYLOAD,
                    "the dataset %s has no column of this name".formatted(payload.dataset())));
  }
}
