package io.millrace.workflow.plan;

/** An expression that has no value for what a run knows; its message is a sentence for a caller. */
public final class ExpressionException extends Exception {
  private static final long serialVersionUID = 1L;

  public ExpressionException(String message) {
    super(message);
  }
}
