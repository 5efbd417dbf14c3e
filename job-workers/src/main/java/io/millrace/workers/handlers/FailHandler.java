package io.millrace.workers.handlers;

import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fails as told; exercises retries, dead letters and the reports on them. */
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
  public @Nullable Object run(FailPayload payload, JobContext context) throws JobFailedException {
    if (payload.failsIn(context.attempt())) {
      throw payload.failure();
    }
    return Map.of("attempt", context.attempt());
  }
}
