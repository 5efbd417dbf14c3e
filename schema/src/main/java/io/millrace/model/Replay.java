package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A replay of many dead letters.
 *
 * @param filter what was asked for, a JSON object
 * @param payload the payload all of them get instead of their own, or null
 * @param rate most jobs a second, or null
 * @param listing whether it is still finding out what to replay; {@code total} grows until then
 * @param total jobs to replay
 * @param replayed those that run again
 * @param skipped those that could not be, each with its reason
 */
public record Replay(
    UUID id,
    State state,
    String filter,
    @Nullable String payload,
    @Nullable Integer rate,
    boolean listing,
    int total,
    int replayed,
    int skipped,
    Instant createdAt,
    @Nullable Instant finishedAt) {
  /** Where a replay is. */
  public enum State {
    /** Goes on, a batch at a time. */
    RUNNING,
    /** Waits until it is resumed. */
    PAUSED,
    /** Ended: every item has been replayed or skipped. */
    DONE,
    /** Ended early; the items left are PENDING for good. */
    CANCELLED
  }

  /** What became of one job of it. */
  public enum ItemState {
    PENDING,
    REPLAYED,
    SKIPPED
  }

  /**
   * One job of a replay.
   *
   * @param detail why it was skipped, or null
   * @param at when that was decided, or null
   */
  public record Item(UUID job, ItemState state, @Nullable String detail, @Nullable Instant at) {}
}
