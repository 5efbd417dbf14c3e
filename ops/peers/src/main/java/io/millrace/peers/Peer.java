package io.millrace.peers;

import java.sql.SQLException;

/**
 * A job system with one job type that does nothing but tell {@link Starts}. Made stopped; it may be
 * started and stopped any number of times. {@link #submit} may be called from any thread.
 */
interface Peer extends AutoCloseable {
  /** What it was set to, for a reader who knows it. */
  String settings();

  /** One job; durable on return. */
  void submit(int index);

  /** Jobs 0 to count - 1, by the peer's way for many at once; durable on return. */
  void submitAll(int count);

  /** Runs what is queued and what comes, until {@link #stop}. */
  void start();

  /** Returns when no job runs. */
  void stop();

  /** Whether its tables hold a job that is not recorded as done. */
  boolean hasUnfinished() throws SQLException;

  /** Forgets all jobs; only while stopped. */
  void empty() throws SQLException;

  @Override
  void close();
}
