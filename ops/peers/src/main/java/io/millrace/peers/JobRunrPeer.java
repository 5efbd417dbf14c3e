package io.millrace.peers;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/** JobRunr, the free edition: one row a job, kept when it is done. */
final class JobRunrPeer implements Peer {
  /** The lowest it takes with SQL: it says a lower one would load the database too much. */
  private static final Duration POLLING = Duration.ofSeconds(5);

  /** Its own default for virtual threads, which it takes on this JDK: 16 for each core. */
  private static final int WORKERS_PER_CORE = 16;

  private final Pool pool;
  private final Jackson3JsonMapper json = new Jackson3JsonMapper();
  private final PostgresStorageProvider storage;
  private final JobRequestScheduler scheduler;
  private final Handler handler;
  private BackgroundJobServer server;

  /**
   * A job with its number. Requests, not lambdas: the documented way that needs no look into byte
   * code for each job.
   */
  public record Noop(int index) implements JobRequest {
    @Override
    public Class<Handler> getJobRequestHandler() {
      return Handler.class;
    }
  }

  /** Runs jobs. */
  public static final class Handler implements JobRequestHandler<Noop> {
    private final Starts starts;

    Handler(Starts starts) {
      this.starts = starts;
    }

    @Override
    public void run(Noop job) {
      starts.started(job.index());
    }
  }

  JobRunrPeer(Options options, Starts starts) {
    pool = new Pool(options, false); // It counts the rows that each insert of a batch reports.
    storage = new PostgresStorageProvider(pool.source());
    storage.setJobMapper(new JobMapper(json));
    scheduler = new JobRequestScheduler(storage, List.of());
    handler = new Handler(starts);
    server = build();
  }

  @Override
  public String settings() {
    return "polling %d s, %d virtual threads, enqueue of a stream of requests"
        .formatted(POLLING.toSeconds(), workers());
  }

  @Override
  public void submit(int index) {
    scheduler.enqueue(new Noop(index));
  }

  @Override
  public void submitAll(int count) {
    scheduler.enqueue(IntStream.range(0, count).mapToObj(Noop::new));
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void stop() {
    server.stop();
    server = build();
  }

  @Override
  public boolean hasUnfinished() throws SQLException {
    return pool.hasRows("SELECT 1 FROM jobrunr_jobs WHERE state <> 'SUCCEEDED' LIMIT 1");
  }

  @Override
  public void empty() throws SQLException {
    pool.execute("TRUNCATE jobrunr_jobs");
  }

  @Override
  public void close() {
    storage.close();
    pool.close();
  }

  private BackgroundJobServer build() {
    JobActivator activator =
        new JobActivator() {
          @Override
          public <T> T activateJob(Class<T> type) {
            return type.cast(handler);
          }
        };
    return new BackgroundJobServer(
        storage,
        json,
        activator,
        BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
            .andPollInterval(POLLING)
            .andWorkerCount(workers()));
  }

  private static int workers() {
    return Runtime.getRuntime().availableProcessors() * WORKERS_PER_CORE;
  }
}
