package io.millrace.api.http;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** Bounds how many definitions of workflows are in memory at once. Thread-safe. */
final class DefinitionRoom {
  /** Each may have 4 MiB of text, and many times that as a tree. */
  static final int MAX_DEFINITIONS = 32;

  private final Semaphore room = new Semaphore(MAX_DEFINITIONS);

  /** What is done with a definition. */
  interface Work<T> {
    T run() throws IOException, SQLException, InterruptedException;
  }

  /**
   * Does it.
   *
   * @throws ProblemException 503 when as many as may be are at it
   */
  <T> T with(Work<T> work) throws IOException, SQLException, InterruptedException {
    if (!room.tryAcquire()) {
      throw WorkflowProblems.tooManyDefinitions(MAX_DEFINITIONS);
    }
    try {
      return work.run();
    } catch (RejectedExecutionException e) {
      throw WorkflowProblems.tooManyDefinitions(MAX_DEFINITIONS);
    } finally {
      room.release();
    }
  }
}
