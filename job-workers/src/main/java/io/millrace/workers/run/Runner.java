package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.Limits;
import io.millrace.model.Outcome;
import io.millrace.runtime.Time;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.complete.CompletionLoop;
import io.millrace.workers.complete.ProgressLoop;
import io.millrace.workers.run.HandlerRegistry.Bound;
import io.millrace.workers.run.HandlerRegistry.PayloadMismatchException;
import io.opentelemetry.context.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts and hands their outcomes in. A slot is free again when the outcome is recorded, not
 * before: what a worker holds in memory stays bounded when the database is slow.
 */
public final class Runner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Runner.class);
  private static final Duration UNKNOWN_TYPE_DELAY = Duration.ofSeconds(5);
  private static final Duration NO_CORE_DELAY = Duration.ofSeconds(1);

  private final HandlerRegistry handlers;
  private final CompletionLoop completions;
  private final ProgressLoop progress;
  private final Time time;
  private final ExecutorService io = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService cpu =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().name("millrace-cpu-", 0).daemon(true).factory());
  private final Semaphore cores;
  private final Set<Attempt> running = ConcurrentHashMap.newKeySet();
  private final Object ended = new Object();

  /**
   * Makes a runner.
   *
   * @param cpuThreads most CPU-bound handlers at once, at least 1
   */
  public Runner(
      HandlerRegistry handlers,
      CompletionLoop completions,
      ProgressLoop progress,
      Time time,
      int cpuThreads) {
    this.handlers = handlers;
    this.completions = completions;
    this.progress = progress;
    this.time = time;
    this.cores = new Semaphore(cpuThreads);
  }

  /** Starts one claimed job per slot taken; returns at once. */
  public void start(List<ClaimedJob> jobs, ClaimBatch batch, Slots slots) {
    for (ClaimedJob job : jobs) {
      Attempt attempt = new Attempt(job, batch, slots, progress);
      running.add(attempt);
      Bound<?> bound = handlers.find(job.type());
      (bound != null && bound.cpuBound() ? cpu : io).execute(() -> run(attempt));
    }
  }

  /** Attempts that run now, or wait for their outcome to be recorded. */
  public int running() {
    return running.size();
  }

  /** Interrupts attempts that have run for longer than their timeout. */
  public void stopOverdue() {
    long now = time.nanos();
    for (Attempt attempt : running) {
      if (attempt.overdue(now)) {
        attempt.stop(StopReason.TIMEOUT);
      }
    }
  }

  /** Stops all attempts of a session the database has declared dead. */
  public void abandon(long session) {
    running.stream()
        .filter(attempt -> attempt.job().session() == session)
        .forEach(attempt -> attempt.stop(StopReason.LEASE_LOST));
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
      running.forEach(attempt -> attempt.stop(StopReason.DRAIN));
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
    ClaimedJob job = attempt.job();
    Tracing.AttemptSpan span = Tracing.continued(job);
    Outcome outcome;
    try (Scope _ = span.enter()) {
      outcome = outcome(attempt);
    }
    span.ran(outcome);
    completions
        .submit(new Completion(job.id(), job.session(), job.attempt(), outcome), attempt.batch())
        .whenComplete(
            (recorded, error) -> {
              span.recorded(recorded);
              end(attempt);
              if (error != null) {
                log.warn("outcome left to the reaper job={} error={}", job.id(), error.toString());
              }
            });
  }

  private Outcome outcome(Attempt attempt) {
    ClaimedJob job = attempt.job();
    double random = ThreadLocalRandom.current().nextDouble();
    Bound<?> bound = handlers.find(job.type());
    if (bound == null) {
      // Not this worker's type: another worker of the pool may have it, so it costs no attempt.
      log.warn("handing back a job of a type this worker does not run type={}", job.type());
      return new Outcome.HandedBack(UNKNOWN_TYPE_DELAY, "the worker does not run this type");
    }
    if (bound.cpuBound() && !cores.tryAcquire()) {
      // Sent to a pool with more slots than cores: it waits in the queue, not behind a running job.
      return new Outcome.HandedBack(NO_CORE_DELAY, "no core was free");
    }
    try {
      return ran(attempt, bound, random);
    } finally {
      if (bound.cpuBound()) {
        cores.release();
      }
    }
  }

  private Outcome ran(Attempt attempt, Bound<?> bound, double random) {
    ClaimedJob job = attempt.job();
    attempt.begin(time.nanos() + TimeUnit.MILLISECONDS.toNanos(job.timeoutMillis()));
    try {
      return succeeded(job, bound.call(job.payload(), attempt), bound);
    } catch (PayloadMismatchException e) {
      return Verdict.failed(job, ErrorKind.BAD_PAYLOAD, e.why(), false, bound.policy(), random);
    } catch (Throwable e) {
      StopReason reason = attempt.stopReason();
      if (reason != null) {
        return Verdict.stopped(job, reason, bound.policy(), random);
      }
      log.debug("attempt failed job={} type={}", job.id(), job.type(), e);
      return Verdict.thrown(job, e, bound.policy(), random);
    } finally {
      attempt.end();
    }
  }

  private static Outcome succeeded(ClaimedJob job, String result, Bound<?> bound) {
    // UTF-8 takes at most three bytes per char; measure exactly only when that bound is crossed.
    if (result.length() * 3L > Limits.MAX_RESULT_BYTES
        && result.getBytes(StandardCharsets.UTF_8).length > Limits.MAX_RESULT_BYTES) {
      return Verdict.failed(
          job,
          ErrorKind.HANDLER,
          "the result is larger than the limit of %d bytes".formatted(Limits.MAX_RESULT_BYTES),
          false,
          bound.policy(),
          0);
    }
    return new Outcome.Succeeded(result);
  }
}
