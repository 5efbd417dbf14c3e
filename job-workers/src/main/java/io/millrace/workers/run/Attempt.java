package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Limits;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.run.Tracing.AttemptSpan;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One attempt while it runs: when it must stop, how it is stopped, and that its outcome is handed
 * in once: by its own thread, or without it when that ignores an interrupt.
 */
final class Attempt {
  private final ClaimedJob job;
  private final ClaimBatch batch;
  private final Slots slots;
  private final AttemptSpan span;
  private final AtomicReference<@Nullable StopReason> stop = new AtomicReference<>();
  private final AtomicBoolean settled = new AtomicBoolean();
  private final AtomicBoolean core = new AtomicBoolean();
  private final AtomicInteger waits = new AtomicInteger();
  private final Map<String, Long> used = new TreeMap<>();
  private @Nullable Thread thread;
  private long stoppedNanos;
  private volatile long begunNanos;
  private volatile long signNanos;
  private volatile long timeoutNanos;
  private volatile long heartbeatNanos;

  Attempt(ClaimedJob job, ClaimBatch batch, Slots slots, AttemptSpan span) {
    this.job = job;
    this.batch = batch;
    this.slots = slots;
    this.span = span;
  }

  ClaimedJob job() {
    return job;
  }

  ClaimBatch batch() {
    return batch;
  }

  Slots slots() {
    return slots;
  }

  AttemptSpan span() {
    return span;
  }

  /**
   * Binds the attempt to the thread that runs it, which an earlier stop interrupts at once.
   *
   * @param heartbeatMillis longest silence, 0 for no bound
   */
  synchronized void begin(long nowNanos, long heartbeatMillis) {
    begunNanos = nowNanos;
    signNanos = nowNanos;
    heartbeatNanos = Duration.ofMillis(heartbeatMillis).toNanos();
    timeoutNanos = Duration.ofMillis(job.timeoutMillis()).toNanos();
    thread = Thread.currentThread();
    if (stop.get() != null) {
      stoppedNanos = nowNanos;
      thread.interrupt();
    }
  }

  /** Whether its handler is inside {@code System.exit} or {@code Runtime.exit}. */
  synchronized boolean isExiting() {
    return thread != null
        && Arrays.stream(thread.getStackTrace())
            .anyMatch(
                frame ->
                    frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit"));
  }

  /** Unbinds the thread, so that a late stop cannot interrupt what it does next. */
  synchronized void end() {
    thread = null;
    Thread.interrupted();
  }

  /** Tells the handler to stop; the first reason counts. */
  synchronized void stop(StopReason reason, long nowNanos) {
    if (stop.compareAndSet(null, reason)) {
      stoppedNanos = nowNanos;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  @Nullable StopReason stopReason() {
    return stop.get();
  }

  /** Why it should be stopped by the time, or null. */
  @Nullable StopReason due(long nowNanos) {
    long timeout = timeoutNanos;
    if (timeout == 0 || stop.get() != null) {
      return null;
    }
    if (nowNanos - begunNanos > timeout) {
      return StopReason.TIMEOUT;
    }
    boolean silent = heartbeatNanos > 0 && nowNanos - signNanos > heartbeatNanos;
    return silent && waits.get() == 0 ? StopReason.HEARTBEAT : null;
  }

  /**
   * Whether its handler still runs so long after it was told to stop. One that drains is left to
   * the reaper: until the process is gone the handler may still do its work.
   */
  synchronized boolean ignoresStop(long nowNanos, Duration grace) {
    StopReason reason = stop.get();
    return reason != null
        && reason != StopReason.DRAIN
        && thread != null
        && nowNanos - stoppedNanos > grace.toNanos();
  }

  /** Interrupts once more, for a handler that swallowed the first one. */
  synchronized void interruptAgain() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Claims the right to hand the outcome in; true once. */
  boolean settle() {
    return settled.compareAndSet(false, true);
  }

  /** True once its outcome is handed in: what its handler says after that is dropped. */
  boolean isSettled() {
    return settled.get();
  }

  /** A sign of life. */
  void sign(long nowNanos) {
    signNanos = nowNanos;
  }

  /**
   * Adds to what it has used.
   *
   * @throws IllegalArgumentException when there are too many names, or it is too much
   */
  void use(String name, long amount) {
    synchronized (used) {
      long before = used.getOrDefault(name, 0L);
      if (amount < 0 || amount > Limits.MAX_USAGE - before) {
        throw new IllegalArgumentException(
            "the usage %s must grow by 0 or more, to %d at most; it is %d and was to grow by %d"
                .formatted(name, Limits.MAX_USAGE, before, amount));
      }
      if (!used.containsKey(name) && used.size() == Limits.MAX_USAGE_NAMES) {
        throw new IllegalArgumentException(
            "an attempt reports usage under %d names at most; %s is one more"
                .formatted(Limits.MAX_USAGE_NAMES, name));
      }
      used.put(name, before + amount);
    }
  }

  /** What it has used as a JSON object; null when it said nothing. */
  @Nullable String usage() {
    synchronized (used) {
      return used.isEmpty() ? null : JobJson.write(used, Integer.MAX_VALUE, "usage");
    }
  }

  /** From now on its silence is not the handler's: it waits for the database. */
  void startWait() {
    waits.incrementAndGet();
  }

  void endWait(long nowNanos) {
    signNanos = nowNanos;
    waits.decrementAndGet();
  }

  /** Time since the handler was called; zero before. */
  long ranMillis(long nowNanos) {
    return timeoutNanos == 0 ? 0 : Duration.ofNanos(nowNanos - begunNanos).toMillis();
  }

  void takeCore() {
    core.set(true);
  }

  /** Gives the core back; true when it held one. */
  boolean giveCore() {
    return core.getAndSet(false);
  }
}
