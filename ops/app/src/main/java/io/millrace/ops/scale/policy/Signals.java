package io.millrace.ops.scale.policy;

import java.util.OptionalDouble;

/**
 * What was measured of a pool at one moment.
 *
 * @param atMillis when, milliseconds since 1970
 * @param ready jobs that a worker could begin now; what waits for a limit, a pause or its time is
 *     not among them, since more workers would not help it
 * @param dueSoon jobs whose time comes within the drain target
 * @param oldestSeconds how long the oldest ready job has waited; 0 for none
 * @param running jobs that workers have in hand
 * @param arrivalsPerSecond how many jobs became ready per second, on average over a minute
 * @param arrivalsLately the same over ten seconds
 * @param runSeconds mean time of a handler; empty while no job has ended
 * @param slotsPerWorker jobs that one worker runs at once, at least 1
 * @param workers that take jobs; those that start or drain are not among them
 * @param cpu share of the workers' processors that is in use, 0 to 1; empty when not measured
 */
public record Signals(
    long atMillis,
    long ready,
    long dueSoon,
    double oldestSeconds,
    long running,
    double arrivalsPerSecond,
    double arrivalsLately,
    OptionalDouble runSeconds,
    int slotsPerWorker,
    int workers,
    OptionalDouble cpu) {
  public Signals {
    if (ready < 0 || dueSoon < 0 || running < 0 || workers < 0) {
      throw new IllegalArgumentException("a count of jobs or workers is below 0");
    }
    if (slotsPerWorker < 1) {
      throw new IllegalArgumentException("slotsPerWorker is " + slotsPerWorker + ", not 1 or more");
    }
    if (!(oldestSeconds >= 0)) {
      throw new IllegalArgumentException("oldestSeconds is " + oldestSeconds + ", not 0 or more");
    }
    if (!(arrivalsPerSecond >= 0 && arrivalsLately >= 0)) {
      throw new IllegalArgumentException(
          "arrivals are " + arrivalsPerSecond + "/s and " + arrivalsLately + "/s, not 0 or more");
    }
  }

  /** Whether there is neither work nor a sign of it. */
  boolean idle() {
    return ready == 0 && dueSoon == 0 && running == 0;
  }

  /** Workers that the running jobs fill. */
  int busyWorkers() {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(running, slotsPerWorker));
  }
}
