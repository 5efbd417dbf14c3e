package io.millrace.api.intake;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.Announcement;
import io.millrace.model.NewJob;
import io.millrace.runtime.Batcher;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.JobStore;
import io.millrace.store.OutboxStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts jobs. One loop writes all that is waiting in one transaction and answers after its
 * commit; while it writes, the next batch gathers. Kafka is told afterwards and need not be there:
 * up to {@code maxUnannounced} batches wait in the outbox before new work is refused.
 */
public final class Intake implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private static final Duration GAUGE_PAUSE = Duration.ofSeconds(1);

  private final JobStore jobs;
  private final AnnounceLoop announcer;
  private final Batcher<NewJob, UUID> batcher;
  private final PeriodicLoop gauge;
  private final long maxUnannounced;
  private final LongAdder accepted = new LongAdder();
  private volatile long unannounced;

  /** Why a job was not accepted; nothing of it is stored. */
  public static final class IntakeRefusedException extends RuntimeException {
    IntakeRefusedException(String message) {
      super(message);
    }
  }

  /**
   * Makes an intake.
   *
   * @param capacity most jobs waiting in memory for their commit, at least 1
   * @param maxBatch most jobs in one transaction, at least 1
   * @param maxUnannounced most outbox rows before new work is refused
   */
  public Intake(
      JobStore jobs,
      OutboxStore outbox,
      AnnounceLoop announcer,
      int capacity,
      int maxBatch,
      long maxUnannounced) {
    this.jobs = jobs;
    this.announcer = announcer;
    this.maxUnannounced = maxUnannounced;
    this.batcher = new Batcher<>("intake", capacity, maxBatch, this::write);
    this.gauge =
        new PeriodicLoop(
            "backlog",
            GAUGE_PAUSE,
            () -> {
              unannounced = outbox.waiting();
              return false;
            });
  }

  /** Starts the threads. */
  public void start() {
    batcher.start();
    gauge.start();
  }

  /**
   * Submits a job.
   *
   * @return the job's id once it is committed; fails with {@link IntakeRefusedException} when there
   *     is no room, or with {@link SQLException} when the database did not take it
   */
  public CompletableFuture<UUID> submit(NewJob job) {
    if (unannounced > maxUnannounced) {
      return CompletableFuture.failedFuture(
          new IntakeRefusedException(
              "%d batches of jobs wait to be announced to Kafka; the limit is %d"
                  .formatted(unannounced, maxUnannounced)));
    }
    return batcher
        .submit(job)
        .exceptionallyCompose(
            e ->
                CompletableFuture.failedFuture(
                    e instanceof RejectedExecutionException
                        ? new IntakeRefusedException(String.valueOf(e.getMessage()))
                        : e));
  }

  /** Jobs accepted since the start. */
  public long accepted() {
    return accepted.sum();
  }

  /** Jobs waiting for their commit now. */
  public int waiting() {
    return batcher.waiting();
  }

  /** Outbox rows as of the last second. */
  public long unannounced() {
    return unannounced;
  }

  /** The loops, for their health. */
  public List<Loop> loops() {
    return List.of(batcher, gauge);
  }

  @Override
  public void close() {
    gauge.close();
    batcher.close();
  }

  private List<UUID> write(List<NewJob> batch) throws SQLException {
    OptionalLong outboxId = insert(batch);
    accepted.add(batch.size());
    if (outboxId.isPresent()) {
      announcer.offer(
          new Announcement(outboxId.getAsLong(), batch.stream().map(NewJob::pointer).toList()));
    }
    return batch.stream().map(NewJob::id).toList();
  }

  /**
   * Tries twice: after a cut connection the first commit may have happened, which the second sees.
   */
  private OptionalLong insert(List<NewJob> batch) throws SQLException {
    try {
      return jobs.insert(batch, AnnounceLoop.GRACE);
    } catch (SQLException e) {
      log.warn("batch not stored, trying once more jobs={} error={}", batch.size(), e.toString());
      return jobs.insert(batch, AnnounceLoop.GRACE);
    }
  }
}
