package io.millrace.workers.analysis;

import io.millrace.dataset.DatasetRefusedException;
import io.millrace.dataset.TenantDatasets;
import io.millrace.model.CachePolicy;
import io.millrace.model.ErrorKind;
import io.millrace.model.Workload;
import io.millrace.workers.analysis.batch.BatchInfrastructure;
import io.millrace.workers.analysis.batch.ProfileJob;
import io.millrace.workers.analysis.batch.ProfileOutcome;
import io.millrace.workers.analysis.batch.ProfileTask;
import io.millrace.workers.analysis.profile.ProfileReport;
import io.millrace.workers.analysis.profile.ProfileReport.Resumed;
import io.millrace.workers.analysis.read.DatasetFile;
import io.millrace.workers.analysis.read.DatasetFormat;
import io.millrace.workers.analysis.read.FormatDetection;
import io.millrace.workers.analysis.read.FormatRequest;
import io.millrace.workers.analysis.read.UnreadableDatasetException;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobStoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The {@code dataset.profile} job: reads a CSV or NDJSON dataset once and says what is in its
 * columns; {@link ProfileReport} is the result. Takes memory for sketches and one chunk, whatever
 * the number of rows. Commits what it has every few megabytes; an attempt after a crash goes on
 * from there, on any worker that sees the same files, and the result says so.
 *
 * <p>A dataset that is missing, empty, binary, undecodable or has too many bad rows fails with
 * {@code BAD_PAYLOAD}; a disk or database that fails, with {@code DEPENDENCY}.
 */
public final class DatasetProfileHandler implements JobHandler<ProfilePayload> {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetProfileHandler.class);

  private final TenantDatasets datasets;
  private final BatchInfrastructure batch;
  private final ProfileJob profiles;
  private final LongSupplier nanos;

  /**
   * Takes its parts; touches neither disk nor database.
   *
   * @param dataSource of the database that has migration V2; each running job holds one connection
   * @param datasets the folders that the tenants' datasets live under
   * @param nanos a clock that only moves forward, in nanoseconds
   */
  public DatasetProfileHandler(DataSource dataSource, TenantDatasets datasets, LongSupplier nanos) {
    this.datasets = datasets;
    this.batch = new BatchInfrastructure(dataSource);
    this.profiles = new ProfileJob(dataSource, batch);
    this.nanos = nanos;
  }

  /**
   * Creates Spring Batch's tables, in their own database schema, unless they are there. Meant for
   * start-up; the first job does it otherwise.
   */
  public void prepare() throws SQLException {
    batch.createTables();
  }

  /**
   * Deletes checkpoints and Spring Batch metadata of jobs that ran out of attempts, or were
   * cancelled, and so could not do it themselves.
   *
   * @param idle untouched for at least this long; more than the longest pause between two attempts
   * @param limit most jobs deleted by one call
   * @return how many were deleted; the limit means there may be more
   */
  public int trim(Duration idle, int limit) throws SQLException {
    return profiles.trim(idle, limit);
  }

  @Override
  public String type() {
    return "dataset.profile";
  }

  @Override
  public Class<ProfilePayload> payloadType() {
    return ProfilePayload.class;
  }

  /** The same content under the same options has the same profile, whatever its name. */
  @Override
  public CachePolicy cache() {
    return CachePolicy.ON_REQUEST.withoutNulls().withDataset("dataset");
  }

  @Override
  public Workload workload() {
    return Workload.CPU;
  }

  @Override
  public ProfileReport run(ProfilePayload payload, JobContext context)
      throws JobFailedException, JobStoppedException {
    try {
      return profile(payload, context);
    } catch (JobFailedException | JobStoppedException e) {
      throw e;
    } catch (DatasetRefusedException | UnreadableDatasetException e) {
      discard(context);
      throw badPayload(String.valueOf(e.getMessage()), e);
    } catch (IOException | UncheckedIOException e) {
      // Being interrupted closes a file under its reader: then the reason is the stop.
      context.checkCancelled();
      throw dependency("reading the dataset failed", e);
    } catch (SQLException | DataAccessException | TransactionException e) {
      context.checkCancelled();
      throw dependency("the database did not take or give a checkpoint", e);
    } catch (JobExecutionException e) {
      // Two attempts met at the start: the next one finds the field clear.
      throw dependency("Spring Batch did not start the job: " + e.getClass().getSimpleName(), e);
    } catch (Exception e) {
      context.checkCancelled();
      throw new JobFailedException(
          ErrorKind.BUG, "profiling failed: " + e.getClass().getSimpleName(), false, e);
    }
  }

  private ProfileReport profile(ProfilePayload payload, JobContext context) throws Exception {
    long started = nanos.getAsLong();
    if (!payload.fault().isEmpty()) {
      throw new JobFailedException(ErrorKind.BAD_PAYLOAD, payload.fault());
    }
    DatasetFile file = DatasetFile.of(datasets.of(context.tenant()).resolve(payload.dataset()));
    FormatRequest request =
        new FormatRequest(
            payload.format(), payload.delimiter(), payload.header(), payload.encoding());
    DatasetFormat format = FormatDetection.detect(file, request);
    ProfileTask task = new ProfileTask(file, format, payload.maxBadRowShareOrDefault());
    ProfileOutcome outcome = profiles.run(task, context);
    Resumed resumed =
        outcome.resumedFrom() == 0 ? null : new Resumed(outcome.resumedFrom(), context.attempt());
    ProfileReport.Run run =
        new ProfileReport.Run(
            payload.dataset(),
            shown(file, format),
            file.bytes(),
            payload.maxBadRowShareOrDefault(),
            Duration.ofNanos(nanos.getAsLong() - started).toMillis(),
            resumed);
    ProfileReport report =
        ProfileReport.of(
            outcome.profile(), run, payload.topValuesOrDefault(), payload.binsOrDefault());
    profiles.forget(context);
    return report;
  }

  private static ProfileReport.Format shown(DatasetFile file, DatasetFormat format) {
    boolean csv = format.kind() == DatasetFormat.Kind.CSV;
    return new ProfileReport.Format(
        format.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        format.charset().name(),
        file.gzip(),
        format.shownDelimiter(),
        csv ? format.header() : null,
        format.detected());
  }

  /** A job that fails for good leaves nothing behind, even if an earlier attempt got further. */
  private void discard(JobContext context) {
    if (context.attempt() == 1) {
      return;
    }
    try {
      profiles.forget(context);
    } catch (SQLException | DataAccessException e) {
      LOG.warn("checkpoint not deleted, left to trimming", e);
    }
  }

  private static JobFailedException badPayload(String message, Exception cause) {
    return new JobFailedException(ErrorKind.BAD_PAYLOAD, message, false, cause);
  }

  private static JobFailedException dependency(String message, Exception cause) {
    return new JobFailedException(
        ErrorKind.DEPENDENCY, message, ErrorKind.DEPENDENCY.retryable(), cause);
  }
}
