package io.millrace.workflow.expression;

import io.millrace.model.Limits;
import io.millrace.workflow.plan.ExpressionException;

/**
 * What one evaluation may still use: steps for its time, bytes for its result. A step is a value
 * that is looked at, or {@value #CHARS_PER_STEP} characters. One thread.
 */
final class Meter {
  /** Steps of an evaluation: a few tenths of a second. */
  static final long MAX_STEPS = 1_000_000;

  /** Rounds of all comprehensions of an evaluation together. */
  static final int MAX_ROUNDS = 200_000;

  private static final int CHARS_PER_STEP = 16;

  private long steps = MAX_STEPS;
  private long bytes = Limits.MAX_RESULT_BYTES;

  /** Thrown into the library's frames; whoever started the evaluation asks {@link #isSpent}. */
  static final class SpentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SpentException() {
      super("too many steps", null, false, false);
    }
  }

  /** Takes steps before they are made. */
  void charge(long count) {
    steps = count > steps ? -1 : steps - count;
    if (steps < 0) {
      throw new SpentException();
    }
  }

  /** Takes the steps of looking at a text. */
  void chargeText(long chars) {
    charge(1 + chars / CHARS_PER_STEP);
  }

  /** Whether there were too few steps. */
  boolean isSpent() {
    return steps < 0;
  }

  /** Takes room in the result. */
  void room(long count) throws ExpressionException {
    bytes -= count;
    if (bytes < 0) {
      throw new ExpressionException(
          "the value is larger than " + Limits.MAX_RESULT_BYTES + " bytes of JSON");
    }
  }
}
