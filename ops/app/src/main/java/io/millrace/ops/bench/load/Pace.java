package io.millrace.ops.bench.load;

/** When the next request is sent. */
public sealed interface Pace {
  /** Each connection sends its next request when the answer has come: as fast as it goes. */
  record Closed() implements Pace {}

  /**
   * The same while an allowance gives; a connection that gets nothing asks again two milliseconds
   * later, and ends with {@link Allowance#NO_MORE}.
   */
  record Allowed(Allowance allowance) implements Pace {}

  /**
   * Requests are due at a fixed rate, whatever the server does. A latency counts from when its
   * request was due, so a server that stands still is charged for all who waited meanwhile.
   *
   * @param perSecond above 0
   */
  record Open(double perSecond) implements Pace {
    public Open {
      if (!(perSecond > 0)) {
        throw new IllegalArgumentException("rate is " + perSecond + ", but must be above 0");
      }
    }
  }
}
