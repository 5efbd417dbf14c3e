package io.millrace.api.query;

import java.util.OptionalDouble;

/**
 * How one pool's queue moves.
 *
 * @param arrivals jobs that became READY; a job that is tried again counts once
 * @param completions jobs that ended
 * @param oldestSeconds how long the job that is next has been READY, as if jobs went in order; 0
 *     when none waits
 * @param oldestExact false when it has waited for longer than this process has watched: then it is
 *     the time of the watch
 * @param runSeconds mean time of a job in RUNNING over the last minute; empty while none ends
 */
public record Trend(
    Rates arrivals,
    Rates completions,
    double oldestSeconds,
    boolean oldestExact,
    OptionalDouble runSeconds) {
  /**
   * Averages per second that forget with time constants of 10 s, 1 min and 10 min.
   *
   * @param tenSeconds reacts at once
   * @param minute the usual one
   * @param tenMinutes the calm one
   */
  public record Rates(double tenSeconds, double minute, double tenMinutes) {}
}
