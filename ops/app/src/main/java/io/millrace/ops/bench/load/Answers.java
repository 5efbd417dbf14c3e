package io.millrace.ops.bench.load;

/** Told each answer in full, on the event loop thread; for loads that are about more than times. */
public interface Answers {
  /**
   * An answer has come.
   *
   * @param sentMicros when its request was sent, microseconds since the epoch
   * @param body the buffer is used again afterwards
   * @param length how much of it is the body
   */
  void answered(int status, long sentMicros, byte[] body, int length);
}
