package io.millrace.ops.scale.policy;

import org.jspecify.annotations.Nullable;

/**
 * What was decided for a pool at one moment, and why.
 *
 * @param atMillis when, milliseconds since 1970
 * @param policy by which policy
 * @param from workers before
 * @param wished what the policy would have; equals {@code from} when nothing was measured
 * @param to workers from now on
 * @param reason a sentence: the policy's numbers, then what the rules made of them
 * @param signals what it was decided on; null when nothing was measured
 */
public record Decision(
    long atMillis,
    String policy,
    int from,
    int wished,
    int to,
    String reason,
    @Nullable Signals signals) {
  /** Which way. */
  public enum Move {
    UP,
    DOWN,
    HOLD
  }

  public Move move() {
    return to > from ? Move.UP : to < from ? Move.DOWN : Move.HOLD;
  }
}
