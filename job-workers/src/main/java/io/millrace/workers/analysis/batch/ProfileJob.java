package io.millrace.workers.analysis.batch;

import io.millrace.store.ProfileCheckpointStore;
import io.millrace.workers.analysis.profile.DatasetProfile;
import io.millrace.workers.analysis.read.Position;
import io.millrace.workers.analysis.read.RowBlock;
import io.millrace.workers.analysis.read.UnreadableDatasetException;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobStoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * Runs profiles as Spring Batch jobs. One object serves all jobs of a worker, from any number of
 * threads; each run has its own step, reader and profile.
 */
public final class ProfileJob {
  private static final String NAME = "dataset.profile";

  /** A chunk is 4 MiB of records, about 50,000 rows of ten columns; wide datasets take more. */
  private static final int MIN_CHUNK_BLOCKS = 16;

  private static final int MAX_CHUNK_BLOCKS = 32;

  private final BatchInfrastructure batch;
  private final ProfileCheckpointStore store;
  private final JobInstances instances;

  /**
   * Takes its parts; touches no database.
   *
   * @param dataSource the one the infrastructure was made with
   */
  public ProfileJob(DataSource dataSource, BatchInfrastructure batch) {
    this.batch = batch;
    // In a chunk's transaction this hands out that transaction's connection.
    this.store = new ProfileCheckpointStore(new TransactionAwareDataSourceProxy(dataSource));
    this.instances = new JobInstances(NAME, batch.repository(), batch.operator());
  }

  /**
   * Reads a dataset to its end, from the last checkpoint of the job if there is one.
   *
   * @throws JobStoppedException when the context says so, or a later attempt has taken over; the
   *     checkpoint stays
   * @throws UnreadableDatasetException when the dataset cannot be profiled; nothing of the job
   *     stays
   * @throws Exception any other failure; the checkpoint stays
   */
  public ProfileOutcome run(ProfileTask task, JobContext context) throws Exception {
    batch.createTables();
    UUID id = context.jobId();
    Checkpoint start = claim(task, context);
    long resumedFrom = start.profile().rows() + start.profile().badRows();
    try {
      JobExecution execution = instances.start(id, job -> job(job, task, start, context));
      requireCompleted(execution, context);
      new BadRowPolicy(task.maxBadShare()).check(start.profile(), 0);
    } catch (UnreadableDatasetException e) {
      forget(context);
      throw e;
    }
    return new ProfileOutcome(start.profile(), resumedFrom);
  }

  /** Deletes what a job has stored, once its profile is no longer needed. */
  public void forget(JobContext context) throws SQLException {
    if (store.delete(context.jobId(), context.attempt())) {
      instances.delete(context.jobId());
    }
  }

  /**
   * Deletes what jobs left behind that will not be attempted again.
   *
   * @param idle untouched for at least this long; more than the longest pause between two attempts
   * @param limit most jobs deleted by one call
   */
  public int trim(Duration idle, int limit) throws SQLException {
    batch.createTables();
    return Math.max(store.trim(idle, limit), batch.trim(idle, limit));
  }

  private Checkpoint claim(ProfileTask task, JobContext context) throws Exception {
    UUID id = context.jobId();
    ProfileCheckpointStore.Claim claim = store.claim(id, context.attempt());
    if (!claim.granted()) {
      throw new JobStoppedException("a later attempt has taken this job over");
    }
    byte @Nullable [] state = claim.state();
    Checkpoint saved =
        state == null ? null : Checkpoint.restore(state, () -> columns(id), task.file());
    if (saved == null) {
      if (state != null) {
        context.log("started over: the dataset or the service has changed since the last attempt");
      }
      return new Checkpoint(task.format().start(), new DatasetProfile(task.format().columns()));
    }
    context.log(
        String.format(
            Locale.ROOT,
            "resumed from row %,d (line %,d), the last chunk an earlier attempt committed",
            saved.profile().rows() + saved.profile().badRows(),
            saved.next().line()));
    return saved;
  }

  private List<byte[]> columns(UUID id) {
    try {
      return store.columns(id);
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException("reading a checkpoint", e));
    }
  }

  private Job job(String name, ProfileTask task, Checkpoint start, JobContext context) {
    Position from = start.next();
    DatasetProfile profile = start.profile();
    BlockReader reader = new BlockReader(task, profile.columnNames(), from, context);
    CheckpointWriter writer = new CheckpointWriter(task, profile, store, reader, context);
    int columns = task.format().columns().size();
    int blocks = Math.clamp(columns / 25, MIN_CHUNK_BLOCKS, MAX_CHUNK_BLOCKS);
    Step step =
        new ChunkOrientedStepBuilder<RowBlock, RowBlock>("profile", batch.repository(), blocks)
            .transactionManager(batch.transactions())
            .reader(reader)
            .writer(writer)
            .build();
    return new JobBuilder(name, batch.repository()).start(step).build();
  }

  private static void requireCompleted(JobExecution execution, JobContext context)
      throws Exception {
    if (execution.getStatus() == BatchStatus.COMPLETED) {
      return;
    }
    // Being told to stop explains any failure, an interrupted read or a closed connection included.
    context.checkCancelled();
    throw BatchFailures.rootOf(execution);
  }
}
