package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.Limits;
import io.millrace.model.Outcome;
import io.millrace.model.RetryPolicy;
import io.millrace.runtime.Time;
import io.millrace.store.CancelStore;
import io.millrace.workers.complete.CheckpointLoop;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.complete.ProgressLoop;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.run.HandlerRegistry.Bound;
import io.millrace.workers.run.HandlerRegistry.PayloadMismatchException;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts and hands their outcomes in. A slot is free again when the outcome is recorded, not
 * before: what a worker holds in memory stays bounded when the database is slow. An attempt whose
 * handler ignores its interrupt is recorded without it; its thread counts as stuck until it ends.
 */
public final class Runner implements AutoCloseable {
  /** Where outcomes go. */
  @FunctionalInterface
  public interface Outcomes {
    /** Hands an outcome in; true once it is recorded, false when the lease was lost. */
    CompletableFuture<Boolean> submit(Completion completion, ClaimBatch batch);
  }

  /** Where the whole payload of a claimed job comes from. */
  @FunctionalInterface
  public interface Payloads {
    /** The payload as the handler reads it; may ask the database. */
    String whole(ClaimedJob job) throws JobFailedException;
  }

  private static final Logger log = LoggerFactory.getLogger(Runner.class);
  private static final Duration UNKNOWN_TYPE_DELAY = Duration.ofSeconds(5);
  private static final Duration NO_CORE_DELAY = Duration.ofSeconds(1);

  private final HandlerRegistry handlers;
  private final Payloads payloads;
  private final Outcomes outcomes;
  private final ProgressLoop progress;
  private final CheckpointLoop checkpoints;
  private final Time time;
  private final Duration stopGrace;
  private final ExecutorService io = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService cpu =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().name("millrace-cpu-", 0).daemon(true).factory());
  private final Semaphore cores;
  private final Set<Attempt> running = ConcurrentHashMap.newKeySet();
  private final Set<Attempt> stuck = ConcurrentHashMap.newKeySet();
  private final Object ended = new Object();

  /**
   * Makes a runner.
   *
   * @param cpuThreads most CPU-bound handlers at once, at least 1
   * @param stopGrace how long a handler may take to obey an interrupt
   */
  public Runner(
      HandlerRegistry handlers,
      Payloads payloads,
      Outcomes outcomes,
      ProgressLoop progress,
      CheckpointLoop checkpoints,
      Time time,
      int cpuThreads,
      Duration stopGrace) {
    this.handlers = handlers;
    this.payloads = payloads;
    this.outcomes = outcomes;
    this.progress = progress;
    this.checkpoints = checkpoints;
    this.time = time;
    this.cores = new Semaphore(cpuThreads);
    this.stopGrace = stopGrace;
  }

  /** Starts one claimed job per slot taken; returns at once. */
  public void start(List<ClaimedJob> jobs, ClaimBatch batch, Slots slots) {
    for (ClaimedJob job : jobs) {
      Attempt attempt = new Attempt(job, batch, slots, Tracing.continued(job));
      running.add(attempt);
      Bound<?> bound = handlers.find(job.type());
      (bound != null && bound.cpuBound() ? cpu : io).execute(() -> run(attempt));
    }
  }

  /** Attempts that run now, or wait for their outcome to be recorded. */
  public int running() {
    return running.size();
  }

  /** Threads of handlers that ignored their interrupt and whose jobs have gone on without them. */
  public int stuck() {
    return stuck.size();
  }

  /**
   * Interrupts attempts that have run or been silent for too long; records those that have ignored
   * an interrupt for longer than the grace without their handlers.
   */
  public void watch() {
    long now = time.nanos();
    for (Attempt attempt : running) {
      StopReason due = attempt.due(now);
      if (due != null) {
        attempt.stop(due, now);
      }
      if (attempt.ignoresStop(now, stopGrace)) {
        goOnWithout(attempt);
      }
    }
  }

  /** Passes on what the running jobs of a session are to be told; repeating it is harmless. */
  public void tell(long session, List<CancelStore.Signal> signals) {
    if (signals.isEmpty()) {
      return;
    }
    Map<UUID, CancelStore.Kind> kinds =
        signals.stream()
            .collect(Collectors.toMap(CancelStore.Signal::job, CancelStore.Signal::kind));
    for (Attempt attempt : running) {
      CancelStore.Kind kind = kinds.get(attempt.job().id());
      if (kind != null && attempt.job().session() == session) {
        attempt.stop(
            switch (kind) {
              case CANCEL -> StopReason.CANCEL;
              case DEADLINE -> StopReason.DEADLINE;
            },
            time.nanos());
      }
    }
  }

  /** Stops all attempts of a session the database has declared dead. */
  public void abandon(long session) {
    running.stream()
        .filter(attempt -> attempt.job().session() == session)
        .forEach(attempt -> attempt.stop(StopReason.LEASE_LOST, time.nanos()));
  }

  /**
   * Fails the jobs whose handlers have ended this process: they are inside {@code System.exit},
   * which waits for the worker to leave. Handed back, they would end the next worker.
   */
  public void failExiting() {
    for (Attempt attempt : running) {
      Bound<?> bound = handlers.find(attempt.job().type());
      if (bound != null && attempt.isExiting() && attempt.settle()) {
        log.warn("a handler has ended the worker's process type={}", attempt.job().type());
        record(
            attempt,
            verdict(attempt, bound)
                .failedForGood(
                    ErrorKind.BUG, "the handler ended the worker's process (System.exit)"));
      }
    }
  }

  /**
   * Lets attempts finish within a limit, then has the rest hand their jobs back.
   *
   * @param limit how long to wait for them to finish by themselves
   * @param grace how long to wait after telling them to stop
   * @return attempts that ignored both; the reaper takes their jobs back
   */
  public int drain(Duration limit, Duration grace) throws InterruptedException {
    if (!awaitIdle(limit)) {
      running.forEach(attempt -> attempt.stop(StopReason.DRAIN, time.nanos()));
      awaitIdle(grace);
    }
    return running.size();
  }

  @Override
  public void close() {
    cpu.shutdownNow();
    io.shutdownNow();
  }

  private boolean awaitIdle(Duration limit) throws InterruptedException {
    long end = time.nanos() + limit.toNanos();
    synchronized (ended) {
      while (!running.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - time.nanos());
        if (left <= 0) {
          return false;
        }
        ended.wait(left);
      }
    }
    return true;
  }

  private void end(Attempt attempt) {
    running.remove(attempt);
    attempt.slots().release(1);
    if (running.isEmpty()) {
      synchronized (ended) {
        ended.notifyAll();
      }
    }
  }

  private void run(Attempt attempt) {
    Outcome outcome;
    try (Scope _ = attempt.span().enter()) {
      outcome = outcome(attempt);
    }
    if (attempt.settle()) {
      record(attempt, outcome);
    } else {
      stuck.remove(attempt);
      log.info(
          "a handler that ignored its interrupt has ended, its answer is dropped type={} stuck={}",
          attempt.job().type(),
          stuck.size());
    }
  }

  private void goOnWithout(Attempt attempt) {
    StopReason reason = attempt.stopReason();
    Bound<?> bound = handlers.find(attempt.job().type());
    if (reason == null || bound == null) {
      return;
    }
    stuck.add(attempt);
    if (!attempt.settle()) {
      stuck.remove(attempt);
      return;
    }
    log.warn(
        "a handler ignores its interrupt, its job goes on without it type={} reason={}"
            + " graceMillis={} stuck={}",
        attempt.job().type(),
        reason,
        stopGrace.toMillis(),
        stuck.size());
    attempt.interruptAgain();
    giveCore(attempt);
    record(attempt, verdict(attempt, bound).stopped(reason, heartbeatMillis(attempt, bound)));
  }

  private void record(Attempt attempt, Outcome outcome) {
    ClaimedJob job = attempt.job();
    attempt.span().ran(outcome);
    outcomes
        .submit(Completion.of(job, outcome), attempt.batch())
        .whenComplete(
            (recorded, error) -> {
              attempt.span().recorded(recorded);
              end(attempt);
              if (error != null) {
                log.warn("outcome left to the reaper job={} error={}", job.id(), error.toString());
              }
            });
  }

  private Outcome outcome(Attempt attempt) {
    ClaimedJob job = attempt.job();
    Bound<?> bound = handlers.find(job.type());
    if (bound == null) {
      // Not this worker's type: another worker of the pool may have it, so it costs no attempt.
      log.warn("handing back a job of a type this worker does not run type={}", job.type());
      return new Outcome.HandedBack(UNKNOWN_TYPE_DELAY, "the worker does not run this type");
    }
    if (bound.cpuBound()) {
      if (!cores.tryAcquire()) {
        // Sent to a pool with more slots than cores: it waits in the queue, not behind a running
        // job.
        return new Outcome.HandedBack(NO_CORE_DELAY, "no core was free");
      }
      attempt.takeCore();
    }
    try {
      return ran(attempt, bound);
    } finally {
      giveCore(attempt);
    }
  }

  private Outcome ran(Attempt attempt, Bound<?> bound) {
    ClaimedJob job = attempt.job();
    AttemptContext context = new AttemptContext(attempt, progress.reports(job), checkpoints, time);
    attempt.begin(time.nanos(), heartbeatMillis(attempt, bound));
    try {
      return succeeded(attempt, bound.call(payloads.whole(job), context), bound);
    } catch (PayloadMismatchException e) {
      return verdict(attempt, bound).failed(ErrorKind.BAD_PAYLOAD, e.why());
    } catch (Throwable e) {
      StopReason reason = attempt.stopReason();
      if (reason != null) {
        return verdict(attempt, bound).stopped(reason, heartbeatMillis(attempt, bound));
      }
      log.debug("attempt failed job={} type={}", job.id(), job.type(), e);
      return verdict(attempt, bound).thrown(e);
    } finally {
      attempt.end();
    }
  }

  private Outcome succeeded(Attempt attempt, String result, Bound<?> bound) {
    if (JobJson.isLonger(result, Limits.MAX_RESULT_BYTES)) {
      return verdict(attempt, bound)
          .failedForGood(
              ErrorKind.HANDLER,
              "the result is larger than the limit of %d bytes".formatted(Limits.MAX_RESULT_BYTES));
    }
    return new Outcome.Succeeded(result);
  }

  private Verdict verdict(Attempt attempt, Bound<?> bound) {
    ClaimedJob job = attempt.job();
    return new Verdict(
        job,
        policy(job, bound),
        job.ageMillis() + attempt.ranMillis(time.nanos()),
        time.now(),
        ThreadLocalRandom.current().nextDouble());
  }

  private static RetryPolicy policy(ClaimedJob job, Bound<?> bound) {
    String own = job.retry();
    if (own == null) {
      return bound.policy();
    }
    try {
      return RetryPolicy.decode(own);
    } catch (IllegalArgumentException e) {
      log.warn("a job's retry policy cannot be read, the type's is taken type={}", job.type(), e);
      return bound.policy();
    }
  }

  /** The submission's own, else the type's; 0 for none. */
  private static long heartbeatMillis(Attempt attempt, Bound<?> bound) {
    Long own = attempt.job().heartbeatMillis();
    @Nullable Duration ofType = bound.handler().heartbeat();
    return own != null ? own : ofType == null ? 0 : ofType.toMillis();
  }

  private void giveCore(Attempt attempt) {
    if (attempt.giveCore()) {
      cores.release();
    }
  }
}
