package io.millrace.workers.handler;

/** The attempt was told to stop. Let it pass: the worker knows why and records the right state. */
public final class JobStoppedException extends Exception {
  public JobStoppedException(String message) {
    super(message);
  }
}
