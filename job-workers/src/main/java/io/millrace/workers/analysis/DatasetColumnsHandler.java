package io.millrace.workers.analysis;

import io.millrace.dataset.TenantDatasets;
import io.millrace.model.Workload;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobStoppedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code dataset.columns} job: the names of a dataset's columns, in their order. A CSV file
 * says them at its beginning; JSON is read once, since any row may have a key that none before it
 * had.
 */
public final class DatasetColumnsHandler implements JobHandler<ColumnsPayload> {
  private final DatasetPass datasets;

  /** Takes the folders that the tenants' datasets live under. */
  public DatasetColumnsHandler(TenantDatasets datasets) {
    this.datasets = new DatasetPass(datasets);
  }

  @Override
  public String type() {
    return "dataset.columns";
  }

  @Override
  public Class<ColumnsPayload> payloadType() {
    return ColumnsPayload.class;
  }

  @Override
  public Workload workload() {
    return Workload.CPU;
  }

  @Override
  public List<String> run(ColumnsPayload payload, JobContext context)
      throws JobFailedException, JobStoppedException {
    DatasetPass.Opened opened = datasets.open(payload.dataset(), context);
    List<String> columns = new ArrayList<>(opened.format().columns());
    if (columns.isEmpty()) {
      datasets.read(opened, context, block -> columns.addAll(block.newColumns()));
    }
    return columns;
  }
}
