package io.millrace.workers.handlers;

import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobStoppedException;
import java.time.Duration;
import java.util.Map;
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

  /** Longer than the longest sleep, so that only a caller's own timeout cuts one. */
  @Override
  public Duration timeout() {
    return Duration.ofHours(25);
  }

  @Override
  public @Nullable Object run(SleepPayload payload, JobContext context)
      throws JobFailedException, JobStoppedException {
    payload.check();
    int steps = payload.stepCount();
    for (int step = 1; step <= steps; step++) {
      context.checkCancelled();
      pause(untilStep(payload, step) - untilStep(payload, step - 1));
      context.progress((double) step / steps, "step " + step + " of " + steps);
    }
    return Map.of("sleptMillis", payload.millis(), "steps", steps);
  }

  /** Milliseconds from the start to the end of a step; divided last, so that no rest is lost. */
  private static long untilStep(SleepPayload payload, int step) {
    return payload.millis() * step / payload.stepCount();
  }

  private static void pause(long millis) throws JobStoppedException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      // Says what the interrupt said; the flag stays clear for what the worker does next.
      throw new JobStoppedException("interrupted while asleep");
    }
  }
}
