package io.millrace.workflow.run;

/** Bytes that are not the state of a run of the plan; the message says what is wrong with them. */
public final class BadRunStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRunStateException(String message) {
    super("Run state: " + message);
  }
}
