package io.millrace.workers.handler;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a running handler can ask and tell; safe to use from several threads of one job. */
public interface JobContext {
  /** The job's id, the same in every attempt. */
  UUID jobId();

  /** Whose job it is. */
  String tenant();

  /** The number of this attempt, from 1. */
  int attempt();

  /**
   * Reports progress; cheap to call often, written to the database at most twice a second. A sign
   * of life, see {@link JobHandler#heartbeat()}.
   *
   * @param fraction the share done, 0.0 to 1.0; values outside are clamped, NaN is taken as 0
   * @param message one short line, cut to {@code Limits.MAX_PROGRESS_MESSAGE_CHARS} characters
   */
  default void progress(double fraction, String message) {
    progress(fraction, message, Map.of());
  }

  /**
   * Reports progress with figures.
   *
   * @param counters at most {@code Limits.MAX_COUNTERS}; a name is 1 to 64 letters, digits, {@code
   *     .}, {@code _} or {@code -}, the first one a letter
   * @throws IllegalArgumentException when counters are more, or named otherwise
   */
  void progress(double fraction, String message, Map<String, Long> counters);

  /**
   * Adds to what this attempt has used of something: tokens, rows, bytes. Recorded with the
   * attempt's outcome, whatever that is, and summed over the attempts of the job and the tasks of a
   * workflow run. An attempt whose worker dies, or whose outcome is refused, counts nothing.
   *
   * @param name as of a counter of {@link #progress(double, String, Map)}; at most {@code
   *     Limits.MAX_USAGE_NAMES} an attempt
   * @param amount 0 or more, at most {@code Limits.MAX_USAGE} an attempt and name
   * @throws IllegalArgumentException beyond these bounds
   */
  void usage(String name, long amount);

  /**
   * Hands out a piece of output before the job has ended: it becomes an event of the job, in the
   * order of the calls. Waits while many pieces have not been written yet. A sign of life. A piece
   * may be written twice when the database's connection breaks at that moment.
   *
   * @param piece written as JSON, at most {@code Limits.MAX_OUTPUT_BYTES}
   * @throws IllegalArgumentException when it is larger, or cannot be written as JSON
   * @throws JobStoppedException when the attempt is stopped while it waits
   */
  void emit(@Nullable Object piece) throws JobStoppedException;

  /**
   * Appends one line to the job's log, readable while it runs. Lines are cut to {@code
   * Limits.MAX_PROGRESS_MESSAGE_CHARS} characters; after {@code Limits.MAX_LOG_LINES} they are
   * dropped.
   */
  void log(String line);

  /**
   * Saves a document for the job's next attempt, over the one before it; it is durable when this
   * returns. While the database is away this waits. A sign of life. May also be called once more
   * after the attempt was told to stop.
   *
   * @param document written as JSON, at most {@code Limits.MAX_CHECKPOINT_BYTES}
   * @throws IllegalArgumentException when it is larger, or cannot be written as JSON
   * @throws JobStoppedException when the attempt is stopped while it waits, or the job is no longer
   *     this attempt's: then nothing was saved
   */
  void saveCheckpoint(Object document) throws JobStoppedException;

  /**
   * What an attempt of this job saved last, the one before or this one.
   *
   * @param type what to read it as
   * @return empty when none has been saved
   * @throws IllegalArgumentException when it does not fit the type
   * @throws JobStoppedException when the attempt is stopped while it waits for the database
   */
  <T> Optional<T> checkpoint(Class<T> type) throws JobStoppedException;

  /** True once the attempt should stop: cancelled, timed out, lease lost, or the worker drains. */
  boolean isCancelled();

  /**
   * Stops the attempt if it should stop; call it between steps of long work.
   *
   * @throws JobStoppedException when {@link #isCancelled()}
   */
  void checkCancelled() throws JobStoppedException;
}
