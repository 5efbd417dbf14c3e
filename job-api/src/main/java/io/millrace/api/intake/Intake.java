package io.millrace.api.intake;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.Accepted;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.NewJob;
import io.millrace.runtime.Batcher;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.OutboxStore;
import io.millrace.store.SubmitStore;
import io.millrace.store.SubmitStore.Submitted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

  private final SubmitStore jobs;
  private final AnnounceLoop announcer;
  private final PaceLoop pace;
  private final GateLoop gate;
  private final Batcher<NewJob, Accepted> batcher;
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
      SubmitStore jobs,
      OutboxStore outbox,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      int capacity,
      int maxBatch,
      long maxUnannounced) {
    this.jobs = jobs;
    this.announcer = announcer;
    this.pace = pace;
    this.gate = gate;
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
   * @return what became of it, once that is committed; fails with {@link IntakeRefusedException}
   *     when there is no room, or with {@link SQLException} when the database did not take it
   */
  public CompletableFuture<Accepted> submit(NewJob job) {
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

  /** Submissions under one idempotency key go to the database once; the others share its answer. */
  private List<Accepted> write(List<NewJob> batch) throws SQLException {
    Map<String, NewJob> firstOfKey = new HashMap<>();
    List<NewJob> distinct = new ArrayList<>(batch.size());
    for (NewJob job : batch) {
      String key = keyOf(job);
      if (key == null || firstOfKey.putIfAbsent(key, job) == null) {
        distinct.add(job);
      }
    }
    Submitted stored = insert(distinct);
    announcer.offer(stored.announcement());
    gate.wakeIf(stored.blocked());
    Map<NewJob, Accepted> answers = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      answers.put(distinct.get(i), stored.answers().get(i));
    }
    List<Accepted> all =
        batch.stream()
            .map(
                job -> {
                  Accepted own = answers.get(job);
                  return own != null
                      ? own
                      : shared(job, Objects.requireNonNull(firstOfKey.get(keyOf(job))), answers);
                })
            .toList();
    accepted.add(all.stream().filter(Accepted.Stored.class::isInstance).count());
    return all;
  }

  private static @Nullable String keyOf(NewJob job) {
    IdempotencyKey key = job.options().idempotency();
    return key == null ? null : job.tenant() + '\n' + key.operation() + '\n' + key.key();
  }

  private static Accepted shared(NewJob job, NewJob first, Map<NewJob, Accepted> answers) {
    Accepted answer = Objects.requireNonNull(answers.get(first));
    boolean same = Objects.equals(job.options().idempotency(), first.options().idempotency());
    return switch (answer) {
      case Accepted.Stored(var id, var state) ->
          same ? new Accepted.Repeated(id, state) : new Accepted.KeyReused(id);
      case Accepted.Repeated(var id, _) -> same ? answer : new Accepted.KeyReused(id);
      case Accepted.KeyReused _, Accepted.NoParent _ -> answer;
    };
  }

  /**
   * Tries twice: after a cut connection the first commit may have happened, which the second sees.
   */
  private Submitted insert(List<NewJob> batch) throws SQLException {
    Set<UUID> heldBack =
        batch.stream()
            .filter(job -> pace.holdsBack(job.pool(), job.priority()))
            .map(NewJob::id)
            .collect(Collectors.toSet());
    try {
      return jobs.insert(batch, job -> heldBack.contains(job.id()), AnnounceLoop.GRACE);
    } catch (SQLException e) {
      log.warn("batch not stored, trying once more jobs={} error={}", batch.size(), e.toString());
      return jobs.insert(batch, job -> heldBack.contains(job.id()), AnnounceLoop.GRACE);
    }
  }
}
