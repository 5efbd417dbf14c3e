package io.millrace.workers.handlers;

import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobSnoozedException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fails or snoozes as told; exercises retries, dead letters and the reports on them. */
public final class FailHandler implements JobHandler<FailPayload> {
  @Override
  public String type() {
    return "fail";
  }

  @Override
  public Class<FailPayload> payloadType() {
    return FailPayload.class;
  }

  @Override
  public @Nullable Object run(FailPayload payload, JobContext context)
      throws JobFailedException, JobSnoozedException {
    if (payload.failsIn(context.attempt())) {
      Long snooze = payload.snoozeMillis();
      if (snooze != null) {
        throw JobSnoozedException.after(Duration.ofMillis(snooze), "as the payload asks");
      }
      throw payload.failure();
    }
    return Map.of("attempt", context.attempt());
  }
}
