package io.millrace.ops.bench;

/** Told how far a bench is, from one thread. */
public interface Progress {
  /**
   * Something begins.
   *
   * @param what as a person reads it: {@code drain, warm-up}
   * @param total how much there is to do, at least 1
   */
  void begin(String what, long total);

  /** The same for seconds or steps, of which a count and a rate would tell nothing. */
  default void beginSteps(String what, long steps) {
    begin(what, steps);
  }

  /** So much of it is done, 0 to the total. */
  void at(long done);

  /** It is over. */
  void end();
}
