package io.millrace.workers.analysis;

import io.millrace.dataset.DatasetRefusedException;
import io.millrace.dataset.TenantDatasets;
import io.millrace.model.ErrorKind;
import io.millrace.workers.analysis.read.DatasetFile;
import io.millrace.workers.analysis.read.DatasetFormat;
import io.millrace.workers.analysis.read.DatasetReader;
import io.millrace.workers.analysis.read.FormatDetection;
import io.millrace.workers.analysis.read.FormatRequest;
import io.millrace.workers.analysis.read.RowBlock;
import io.millrace.workers.analysis.read.UnreadableDatasetException;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobStoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Opens the datasets of a job's tenant; what goes wrong with them is said as a job's failure. */
final class DatasetPass {
  private final TenantDatasets datasets;

  DatasetPass(TenantDatasets datasets) {
    this.datasets = datasets;
  }

  /** A dataset that was found, and how it is to be read. */
  record Opened(DatasetFile file, DatasetFormat format) {}

  /** Work on a dataset that may find it unreadable. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException, DatasetRefusedException, JobStoppedException;
  }

  /** Finds a dataset and how it is to be read. */
  Opened open(String dataset, JobContext context) throws JobFailedException, JobStoppedException {
    return reading(
        context,
        () -> {
          DatasetFile file = DatasetFile.of(datasets.of(context.tenant()).resolve(dataset));
          return new Opened(file, FormatDetection.detect(file, FormatRequest.DETECT));
        });
  }

  /** Reads all of it once, block by block; between two blocks it looks if the job should stop. */
  void read(Opened opened, JobContext context, Consumer<RowBlock> blocks)
      throws JobFailedException, JobStoppedException {
    reading(
        context,
        () -> {
          DatasetFormat format = opened.format();
          try (DatasetReader reader =
              DatasetReader.open(opened.file(), format, format.columns(), format.start())) {
            for (RowBlock block = reader.read(); block != null; block = reader.read()) {
              context.checkCancelled();
              blocks.accept(block);
            }
          }
          return true;
        });
  }

  private static <T> T reading(JobContext context, Reading<T> reading)
      throws JobFailedException, JobStoppedException {
    try {
      return reading.read();
    } catch (DatasetRefusedException | UnreadableDatasetException e) {
      throw new JobFailedException(ErrorKind.BAD_PAYLOAD, String.valueOf(e.getMessage()), false, e);
    } catch (IOException | UncheckedIOException e) {
      // Being interrupted closes a file under its reader: then the reason is the stop.
      context.checkCancelled();
      throw new JobFailedException(
          ErrorKind.DEPENDENCY, "reading the dataset failed", ErrorKind.DEPENDENCY.retryable(), e);
    }
  }
}
