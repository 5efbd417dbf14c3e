package io.millrace.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant; what is null leaves the choice open.
 *
 * @param labels a JSON object of strings, all of which a job must carry
 * @param since failed at this time or later
 * @param until failed before this time
 */
public record DeadLetterFilter(
    @Nullable String type,
    @Nullable ErrorKind kind,
    @Nullable String labels,
    @Nullable Instant since,
    @Nullable Instant until) {
  /** All of a tenant. */
  public static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null, null);
}
