package io.millrace.workers.listener;

/**
 * Is told what moves in workflow runs: all of them, of all tenants, from when it was first
 * registered. A bean of a worker's context is registered by itself. What it is told of a run comes
 * in order; of different runs in any order, and all of it in one thread of one process at a time.
 *
 * <p>Each call is made in the transaction that records it. When a call throws, or the process dies,
 * nothing of that transaction has happened and the calls are made again: so what is written by
 * {@link Transaction} happens exactly once, and anything else at least once. A call should be
 * short: it holds a connection, and the next ones wait for it.
 */
public interface RunListener {
  /**
   * Under which it is registered, the same in every process: {@value #NAME}. Another name is
   * another listener, which is told of nothing that was before.
   */
  String name();

  /** Shape of a name. */
  String NAME = "[a-z][a-z0-9.-]{0,62}";

  /** A run has started; also when somebody retries one that had failed. */
  default void onRunStart(RunNotice notice, Transaction transaction) throws Exception {}

  /** A run has succeeded; {@link #onRunEnd} follows. */
  default void onRunSuccess(RunNotice notice, Transaction transaction) throws Exception {}

  /** A run has failed; {@link #onRunEnd} follows. */
  default void onRunError(RunNotice notice, Transaction transaction) throws Exception {}

  /**
   * A run has ended: SUCCEEDED, FAILED or CANCELLED. Once for each end; a retry may lead to
   * another.
   */
  default void onRunEnd(RunNotice notice, Transaction transaction) throws Exception {}

  /** A node has started. */
  default void onNodeStart(RunNotice notice, Transaction transaction) throws Exception {}

  /** A node has succeeded; {@link #onNodeEnd} follows. */
  default void onNodeSuccess(RunNotice notice, Transaction transaction) throws Exception {}

  /** A node has failed; {@link #onNodeEnd} follows. */
  default void onNodeError(RunNotice notice, Transaction transaction) throws Exception {}

  /**
   * A node has ended: SUCCEEDED, FAILED, CANCELLED, or SKIPPED, which it may be without a start.
   */
  default void onNodeEnd(RunNotice notice, Transaction transaction) throws Exception {}
}
