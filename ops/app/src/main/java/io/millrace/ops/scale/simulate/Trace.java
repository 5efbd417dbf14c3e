package io.millrace.ops.scale.simulate;

/**
 * Jobs as they arrive.
 *
 * @param name of the pattern or the file
 * @param arrivalMillis when each job becomes ready, since the begin, in order
 * @param runMillis how long its handler runs, for the same jobs
 * @param lengthMillis of the whole
 * @param outageFrom from when on neither jobs are claimed nor figures read; -1 for never
 * @param outageTo until when
 */
public record Trace(
    String name,
    long[] arrivalMillis,
    int[] runMillis,
    long lengthMillis,
    long outageFrom,
    long outageTo) {
  public Trace {
    if (arrivalMillis.length != runMillis.length) {
      throw new IllegalArgumentException("as many arrivals as run times");
    }
  }

  public int jobs() {
    return arrivalMillis.length;
  }

  boolean isOut(long millis) {
    return millis >= outageFrom && millis < outageTo;
  }

  /** Seconds of work in all jobs together. */
  double work() {
    long sum = 0;
    for (int run : runMillis) {
      sum += run;
    }
    return sum / 1000.0;
  }
}
