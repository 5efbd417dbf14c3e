package io.millrace.ops.bench.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to send.
 *
 * @param connections keep-alive connections; all open beforehand unless the pace is open, which
 *     opens them as needed; 1 to 10,000
 * @param length how long requests are sent
 * @param grace how long answers are waited for after that
 * @param answers told each answer; null when only times and statuses matter
 */
public record LoadPlan(
    int connections,
    Pace pace,
    Duration length,
    Duration grace,
    Requests requests,
    @Nullable Answers answers) {
  private static final int MOST_CONNECTIONS = 10_000;
  private static final Duration GRACE = Duration.ofSeconds(10);

  public LoadPlan {
    if (connections < 1 || connections > MOST_CONNECTIONS) {
      throw new IllegalArgumentException(
          "connections is %d, but must be 1 to %d".formatted(connections, MOST_CONNECTIONS));
    }
  }

  /** As fast as it goes; answers are waited for 10 s. */
  public static LoadPlan closed(int connections, Duration length, Requests requests) {
    return new LoadPlan(connections, new Pace.Closed(), length, GRACE, requests, null);
  }

  /** As fast as an allowance gives; answers are waited for 10 s. */
  public static LoadPlan allowed(
      int connections, Duration length, Requests requests, Allowance allowance) {
    return new LoadPlan(connections, new Pace.Allowed(allowance), length, GRACE, requests, null);
  }

  /** At a rate; answers are waited for 10 s. */
  public static LoadPlan open(
      int connections, double perSecond, Duration length, Requests requests) {
    return new LoadPlan(connections, new Pace.Open(perSecond), length, GRACE, requests, null);
  }

  /** The same, with each answer told. */
  public LoadPlan telling(Answers listener) {
    return new LoadPlan(connections, pace, length, grace, requests, listener);
  }
}
