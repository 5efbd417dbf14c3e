package io.millrace.ops.bench.load;

/** How many lines may be sent, asked on the event loop thread alone. */
public interface Allowance {
  /** Says that all have been sent. */
  int NO_MORE = -1;

  /**
   * Takes some.
   *
   * @param most how many the asker could send, at least 1
   * @return 1 to that; 0 when it has to ask again later; {@link #NO_MORE}
   */
  int take(int most);

  /** So many and no more. */
  static Allowance of(long lines) {
    long[] left = {lines};
    return most -> {
      int taken = (int) Math.min(most, left[0]);
      left[0] -= taken;
      return taken == 0 ? NO_MORE : taken;
    };
  }
}
