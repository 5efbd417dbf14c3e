package io.millrace.api.intake;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.intake.IntakeRefusedException.Reason;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.Accepted;
import io.millrace.model.NewJob;
import io.millrace.runtime.Batcher;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.OutboxStore;
import io.millrace.store.SubmitStore.Submitted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  /** An inbox that is full now is written within a moment. */
  private static final int BUSY_SECONDS = 2;

  private final Storage jobs;
  private final AnnounceLoop announcer;
  private final PaceLoop pace;
  private final GateLoop gate;
  private final Batcher<NewJob, Accepted> batcher;
  private final PeriodicLoop gauge;
  private final int capacity;
  private final long maxUnannounced;
  private final BacklogLimits limits;
  private final DrainRate announcing = new DrainRate();
  private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
  private final LongAdder accepted = new LongAdder();
  private volatile long unannounced;
  private volatile boolean closing;

  /**
   * Makes an intake.
   *
   * @param capacity most jobs waiting in memory for their commit, at least 1
   * @param maxBatch most jobs in one transaction, at least 1
   * @param maxUnannounced most outbox rows before new work is refused
   * @param limits of what may wait of a tenant and in a pool
   */
  public Intake(
      Storage jobs,
      OutboxStore outbox,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      int capacity,
      int maxBatch,
      long maxUnannounced,
      BacklogLimits limits) {
    this.limits = limits;
    Arrays.stream(Reason.values()).forEach(reason -> refused.put(reason, new LongAdder()));
    this.jobs = jobs;
    this.announcer = announcer;
    this.pace = pace;
    this.gate = gate;
    this.capacity = capacity;
    this.maxUnannounced = maxUnannounced;
    this.batcher = new Batcher<>("intake", capacity, maxBatch, this::write);
    this.gauge =
        new PeriodicLoop(
            "backlog",
            GAUGE_PAUSE,
            () -> {
              long waiting = outbox.waiting();
              if (unannounced > 0) {
                announcing.sample(Math.max(0, unannounced - waiting), GAUGE_PAUSE.toNanos());
              }
              unannounced = waiting;
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
    IntakeRefusedException refusal = unannouncedRefusal();
    if (refusal == null) {
      refusal = limits.refusal(job);
    }
    if (refusal != null) {
      return refuse(refusal);
    }
    return batcher
        .submit(job)
        .exceptionallyCompose(
            e ->
                e instanceof RejectedExecutionException
                    ? refuse(
                        new IntakeRefusedException(
                            Reason.PROCESS, BUSY_SECONDS, String.valueOf(e.getMessage())))
                    : CompletableFuture.failedFuture(e));
  }

  /**
   * Why a run cannot be started now, for the same reasons as a job; empty when it can, and then it
   * counts as a job that waits.
   *
   * @param pools that its first jobs go to; perhaps none
   */
  public Optional<IntakeRefusedException> refusal(String tenant, Collection<String> pools) {
    IntakeRefusedException refusal = unannouncedRefusal();
    if (refusal == null) {
      refusal = limits.refusal(tenant, pools);
    }
    if (refusal != null) {
      count(refusal);
    }
    return Optional.ofNullable(refusal);
  }

  private @Nullable IntakeRefusedException unannouncedRefusal() {
    return unannounced <= maxUnannounced
        ? null
        : new IntakeRefusedException(
            Reason.KAFKA,
            announcing.secondsFor(unannounced - maxUnannounced),
            "%d batches of jobs wait to be announced to Kafka; the limit is %d"
                .formatted(unannounced, maxUnannounced));
  }

  private void count(IntakeRefusedException refusal) {
    Objects.requireNonNull(refused.get(refusal.reason())).increment();
  }

  private CompletableFuture<Accepted> refuse(IntakeRefusedException refusal) {
    count(refusal);
    return CompletableFuture.failedFuture(refusal);
  }

  /** Jobs, and starts of runs, refused since the start for this reason. */
  public long refused(Reason reason) {
    return Objects.requireNonNull(refused.get(reason)).sum();
  }

  /**
   * Whether a refusal for reason of the process is over at its next commit; false while it stops.
   */
  public boolean isOpen() {
    return !closing;
  }

  /** Whether the inbox takes one more at the moment. */
  public boolean hasRoom() {
    return batcher.waiting() < capacity;
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
    return List.of(batcher, gauge, limits.loop());
  }

  @Override
  public void close() {
    closing = true;
    gauge.close();
    batcher.close();
  }

  /** Most often one round; each of them answers at least one submission of every key. */
  private List<Accepted> write(List<NewJob> batch) throws SQLException {
    Map<UUID, Accepted> answers = new HashMap<>();
    for (List<NewJob> open = batch; !open.isEmpty(); ) {
      SameKeys keys = new SameKeys(open);
      Submitted stored = insert(keys.distinct());
      announcer.offer(stored.announcement());
      gate.wakeIf(stored.blocked());
      for (int i = 0; i < keys.distinct().size(); i++) {
        answers.put(keys.distinct().get(i).id(), stored.answers().get(i));
      }
      open = keys.share(answers);
    }
    accepted.add(answers.values().stream().filter(Accepted.Stored.class::isInstance).count());
    return batch.stream().map(job -> Objects.requireNonNull(answers.get(job.id()))).toList();
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
