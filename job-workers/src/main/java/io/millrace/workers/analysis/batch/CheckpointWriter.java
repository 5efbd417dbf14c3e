package io.millrace.workers.analysis.batch;

import io.millrace.store.ProfileCheckpointStore;
import io.millrace.workers.analysis.profile.DatasetProfile;
import io.millrace.workers.analysis.read.Position;
import io.millrace.workers.analysis.read.RowBlock;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobStoppedException;
import java.util.Locale;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStream;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * Adds a chunk's blocks to the profile and saves it, inside the chunk's transaction. If that rolls
 * back, the profile in memory is ahead of the saved one and must not be used any more: the step is
 * not restarted in place, its job's next attempt loads what was committed.
 */
final class CheckpointWriter implements ItemWriter<RowBlock>, ItemStream {
  private final ProfileTask task;
  private final DatasetProfile profile;
  private final ProfileCheckpointStore store;
  private final BlockReader reader;
  private final JobContext context;
  private final BadRowPolicy badRows;

  CheckpointWriter(
      ProfileTask task,
      DatasetProfile profile,
      ProfileCheckpointStore store,
      BlockReader reader,
      JobContext context) {
    this.task = task;
    this.profile = profile;
    this.store = store;
    this.reader = reader;
    this.context = context;
    this.badRows = new BadRowPolicy(task.maxBadShare());
  }

  @Override
  public void write(Chunk<? extends RowBlock> chunk) throws Exception {
    Position next = task.format().start();
    for (RowBlock block : chunk) {
      context.checkCancelled();
      profile.add(block);
      next = block.next();
      badRows.check(profile, mostRowsAfter(next));
      context.progress(reader.fraction(), String.format(Locale.ROOT, "%,d rows", profile.rows()));
    }
    save(new Checkpoint(next, profile));
  }

  @Override
  public void update(ExecutionContext batch) {
    // For whoever looks into Spring Batch's tables; a restart goes by the checkpoint.
    batch.putLong("millrace.rows", profile.rows());
    batch.putLong("millrace.badRows", profile.badRows());
  }

  private void save(Checkpoint checkpoint) throws Exception {
    boolean saved = store.save(context.jobId(), context.attempt(), checkpoint.state(task.file()));
    if (!saved) {
      throw new JobStoppedException("a later attempt has taken this job over");
    }
    store.saveColumns(context.jobId(), profile.saveColumns());
  }

  /** Good rows that can still follow: each has at least a byte for each column. */
  private long mostRowsAfter(Position next) {
    if (task.file().gzip()) {
      return Long.MAX_VALUE;
    }
    // A byte of another encoding becomes at most three bytes of UTF-8, which positions count.
    long bytes = task.format().isUtf8() ? task.file().bytes() : 3 * task.file().bytes();
    long perRow = Math.max(1, task.format().columns().size());
    return Math.max(0, bytes - next.offset()) / perRow + 1;
  }
}
