package io.millrace.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a job's log. Entries of a job are numbered from 1 without a gap and never change;
 * the oldest may be trimmed.
 *
 * @param n the number within the job
 * @param at when, by the database's clock, to the millisecond
 * @param kind the state a move entered ({@link JobState#name()}), or one of the constants here
 * @param attempt the attempt it belongs to; 0 before the first
 * @param detail a JSON object, or null when there is nothing to add
 */
public record JobEvent(
    UUID jobId,
    String tenant,
    String type,
    int n,
    Instant at,
    String kind,
    int attempt,
    @Nullable String detail) {
  /** A report of a running handler: fraction, message, counters. */
  public static final String PROGRESS = "PROGRESS";

  /** A piece of output of a running handler. */
  public static final String OUTPUT = "OUTPUT";

  /** Somebody asked for a running job to be cancelled; its worker has yet to obey. */
  public static final String CANCEL_REQUESTED = "CANCEL_REQUESTED";

  /** Whether the job may not move any more; a FAILED one may, when it is replayed. */
  public boolean isTerminal() {
    return switch (kind) {
      case "SUCCEEDED", "FAILED", "CANCELLED", "SKIPPED" -> true;
      default -> false;
    };
  }
}
