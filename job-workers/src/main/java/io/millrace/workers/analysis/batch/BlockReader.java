package io.millrace.workers.analysis.batch;

import io.millrace.workers.analysis.read.DatasetReader;
import io.millrace.workers.analysis.read.Position;
import io.millrace.workers.analysis.read.RowBlock;
import io.millrace.workers.handler.JobContext;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/** Reads a dataset's blocks from a position on; between two blocks it looks if it should stop. */
final class BlockReader implements ItemStreamReader<RowBlock> {
  private final ProfileTask task;
  private final List<String> columns;
  private final Position from;
  private final JobContext context;
  private @Nullable DatasetReader reader;

  BlockReader(ProfileTask task, List<String> columns, Position from, JobContext context) {
    this.task = task;
    this.columns = columns;
    this.from = from;
    this.context = context;
  }

  @Override
  public void open(ExecutionContext batch) {
    try {
      reader = DatasetReader.open(task.file(), task.format(), columns, from);
    } catch (IOException e) {
      throw new ItemStreamException("opening the dataset", e);
    }
  }

  @Override
  public @Nullable RowBlock read() throws Exception {
    context.checkCancelled();
    return reader().read();
  }

  /** The share of the file read so far, 0 to 1. */
  double fraction() throws IOException {
    return reader().fraction();
  }

  @Override
  public void close() {
    try {
      if (reader != null) {
        reader.close();
      }
    } catch (IOException e) {
      throw new ItemStreamException("closing the dataset", e);
    }
  }

  private DatasetReader reader() {
    if (reader == null) {
      throw new IllegalStateException("not open");
    }
    return reader;
  }
}
