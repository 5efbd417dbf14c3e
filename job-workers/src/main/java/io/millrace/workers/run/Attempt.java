package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Limits;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.complete.ProgressLoop;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobStoppedException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One attempt while it runs: what the handler sees of it, and how the worker stops it. */
final class Attempt implements JobContext {
  private final ClaimedJob job;
  private final ClaimBatch batch;
  private final Slots slots;
  private final ProgressLoop progress;
  private final AtomicReference<@Nullable StopReason> stop = new AtomicReference<>();
  private final AtomicInteger lines = new AtomicInteger();
  private @Nullable Thread thread;
  private volatile long deadlineNanos = Long.MAX_VALUE;

  Attempt(ClaimedJob job, ClaimBatch batch, Slots slots, ProgressLoop progress) {
    this.job = job;
    this.batch = batch;
    this.slots = slots;
    this.progress = progress;
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

  /** Binds the attempt to the thread that runs it, which an earlier stop interrupts at once. */
  synchronized void begin(long deadline) {
    deadlineNanos = deadline;
    thread = Thread.currentThread();
    if (stop.get() != null) {
      thread.interrupt();
    }
  }

  /** Unbinds the thread, so that a late stop cannot interrupt what it does next. */
  synchronized void end() {
    thread = null;
    Thread.interrupted();
  }

  /** Tells the handler to stop; the first reason counts. */
  synchronized void stop(StopReason reason) {
    if (stop.compareAndSet(null, reason) && thread != null) {
      thread.interrupt();
    }
  }

  @Nullable StopReason stopReason() {
    return stop.get();
  }

  /** True once the attempt has run for longer than its timeout. */
  boolean overdue(long nowNanos) {
    long deadline = deadlineNanos;
    return deadline != Long.MAX_VALUE && nowNanos - deadline > 0;
  }

  @Override
  public UUID jobId() {
    return job.id();
  }

  @Override
  public String tenant() {
    return job.tenant();
  }

  @Override
  public int attempt() {
    return job.attempt();
  }

  @Override
  public void progress(double fraction, String message) {
    double clamped = Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0.0, 1.0);
    progress.report(job, clamped, cut(message));
  }

  @Override
  public void log(String line) {
    int lineNo = lines.getAndIncrement();
    if (lineNo < Limits.MAX_LOG_LINES) {
      progress.log(job, lineNo, cut(line));
    }
  }

  @Override
  public boolean isCancelled() {
    return stop.get() != null;
  }

  @Override
  public void checkCancelled() throws JobStoppedException {
    StopReason reason = stop.get();
    if (reason != null) {
      throw new JobStoppedException("the attempt was stopped: " + reason);
    }
  }

  private static String cut(String text) {
    String clean = text.replace('\u0000', ' ').replace('\n', ' ').replace('\r', ' ');
    int most = Limits.MAX_PROGRESS_MESSAGE_CHARS;
    if (clean.length() <= most) {
      return clean;
    }
    int end = Character.isHighSurrogate(clean.charAt(most - 2)) ? most - 2 : most - 1;
    return clean.substring(0, end) + "…";
  }
}
