package io.millrace.workers.handlers;

import io.millrace.model.CachePolicy;
import io.millrace.runtime.Time;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobStoppedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits, reporting progress; stands in for slow work in trials of leases, drains and cancels. */
public final class SleepHandler implements JobHandler<SleepPayload> {
  @Override
  public String type() {
    return "sleep";
  }

  @Override
  public Class<SleepPayload> payloadType() {
    return SleepPayload.class;
  }

  @Override
  public CachePolicy cache() {
    return CachePolicy.ON_REQUEST;
  }

  /** Longer than the longest sleep, so that only a caller's own timeout cuts one. */
  @Override
  public Duration timeout() {
    return Duration.ofHours(25);
  }

  /** Where it is: steps done. */
  record Done(int steps) {}

  @Override
  public @Nullable Object run(SleepPayload payload, JobContext context)
      throws JobFailedException, JobStoppedException {
    payload.check();
    int steps = payload.stepCount();
    int resumed =
        payload.savesCheckpoints() ? context.checkpoint(Done.class).map(Done::steps).orElse(0) : 0;
    for (int step = resumed + 1; step <= steps; step++) {
      sleep(payload, untilStep(payload, step) - untilStep(payload, step - 1), context);
      context.progress(
          (double) step / steps, "step " + step + " of " + steps, Map.of("steps", (long) step));
      if (payload.givesOutput()) {
        context.usage("steps", 1);
        context.emit(Map.of("step", step));
      }
      if (payload.savesCheckpoints()) {
        context.saveCheckpoint(new Done(step));
      }
    }
    return Map.of("sleptMillis", payload.millis(), "steps", steps, "resumedAfter", resumed);
  }

  /** Milliseconds from the start to the end of a step; divided last, so that no rest is lost. */
  private static long untilStep(SleepPayload payload, int step) {
    return payload.millis() * step / payload.stepCount();
  }

  private static void sleep(SleepPayload payload, long millis, JobContext context)
      throws JobStoppedException {
    try {
      context.checkCancelled();
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      sleepOn(payload.deafMillis());
      // Says what the interrupt said; the flag stays clear for what the worker does next.
      throw new JobStoppedException("interrupted while asleep");
    }
  }

  /** Plays deaf: every further interrupt is swallowed until the time is over. */
  private static void sleepOn(long millis) {
    CountDownLatch never = new CountDownLatch(1);
    long end = Time.SYSTEM.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - Time.SYSTEM.nanos(); left > 0; left = end - Time.SYSTEM.nanos()) {
      try {
        if (never.await(left, TimeUnit.NANOSECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        // Swallowed: that is what it was asked for.
      }
    }
  }
}
