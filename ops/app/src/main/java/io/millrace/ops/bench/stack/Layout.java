package io.millrace.ops.bench.stack;

/** Which parts of an installation share a JVM. */
public enum Layout {
  /**
   * Servers, API and worker in one, as {@code up} runs them; but the worker is an application of
   * its own in it, with its own connections, so that it can be stopped while the API goes on.
   */
  TOGETHER,
  /** Servers in one, the API in one, the worker in one. */
  APART
}
