package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of one submission. */
public sealed interface Accepted {
  /**
   * Stored as a new job, in this state.
   *
   * @param cache what the cache had for it; null when it was not asked
   */
  record Stored(UUID id, JobState state, @Nullable CacheAnswer cache) implements Accepted {
    /** One that asked for no cache. */
    public Stored(UUID id, JobState state) {
      this(id, state, null);
    }
  }

  /** Sent before under the same idempotency key: the job and state the first answer told. */
  record Repeated(UUID id, JobState state) implements Accepted {}

  /** Its idempotency key was used for another request; nothing was stored. */
  record KeyReused(UUID firstJob) implements Accepted {}

  /** Its parent is no unfinished job of the tenant; nothing was stored. */
  record NoParent(UUID parent) implements Accepted {}
}
