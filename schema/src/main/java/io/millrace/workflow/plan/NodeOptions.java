package io.millrace.workflow.plan;

import io.millrace.model.Priority;
import io.millrace.model.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a node asks of its jobs; null takes what the run, then the type says. */
public record NodeOptions(
    @Nullable RetryPolicy retry,
    @Nullable Duration timeout,
    @Nullable Priority priority,
    @Nullable String pool,
    @Nullable String cache) {
  public static final NodeOptions NONE = new NodeOptions(null, null, null, null, null);
}
