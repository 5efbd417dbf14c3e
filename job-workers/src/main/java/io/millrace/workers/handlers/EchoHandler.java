package io.millrace.workers.handlers;

import io.millrace.model.CachePolicy;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobHandler;
import org.jspecify.annotations.Nullable;

/**
 * Returns its payload's value. The cheapest handler there can be: what a benchmark measures with it
 * is the service alone.
 */
public final class EchoHandler implements JobHandler<EchoPayload> {
  @Override
  public String type() {
    return "echo";
  }

  @Override
  public Class<EchoPayload> payloadType() {
    return EchoPayload.class;
  }

  @Override
  public CachePolicy cache() {
    return CachePolicy.ON_REQUEST;
  }

  @Override
  public @Nullable Object run(EchoPayload payload, JobContext context) {
    return payload.value();
  }
}
