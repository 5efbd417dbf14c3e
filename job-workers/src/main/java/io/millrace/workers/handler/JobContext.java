package io.millrace.workers.handler;

import java.util.UUID;

/** What a running handler can ask and tell; safe to use from several threads of one job. */
public interface JobContext {
  /** The job's id, the same in every attempt. */
  UUID jobId();

  /** Whose job it is. */
  String tenant();

  /** The number of this attempt, from 1. */
  int attempt();

  /**
   * Reports progress; cheap to call often, written to the database at most twice a second.
   *
   * @param fraction the share done, 0.0 to 1.0; values outside are clamped, NaN is taken as 0
   * @param message one short line, cut to {@code Limits.MAX_PROGRESS_MESSAGE_CHARS} characters
   */
  void progress(double fraction, String message);

  /**
   * Appends one line to the job's log, readable while it runs. Lines are cut to {@code
   * Limits.MAX_PROGRESS_MESSAGE_CHARS} characters; after {@code Limits.MAX_LOG_LINES} they are
   * dropped.
   */
  void log(String line);

  /** True once the attempt should stop: cancelled, timed out, lease lost, or the worker drains. */
  boolean isCancelled();

  /**
   * Stops the attempt if it should stop; call it between steps of long work.
   *
   * @throws JobStoppedException when {@link #isCancelled()}
   */
  void checkCancelled() throws JobStoppedException;
}
