package io.millrace.workflow.expression;

/** An expression that cannot be compiled; its message is a sentence for its author. */
final class BadExpressionException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The offset of a fault that has no place in the text. */
  static final int NOWHERE = -1;

  private final int offset;

  /**
   * @param offset the place in the expression, from 0, or {@link #NOWHERE}
   */
  BadExpressionException(String message, int offset) {
    super(message);
    this.offset = offset;
  }

  /** The message with its place. */
  String sentence() {
    String message = String.valueOf(getMessage());
    return offset < 0 ? message : message + " (character " + (offset + 1) + ")";
  }
}
