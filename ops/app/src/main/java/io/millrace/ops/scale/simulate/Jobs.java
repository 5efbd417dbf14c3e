package io.millrace.ops.scale.simulate;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Jobs from counts per second. */
final class Jobs {
  /** More would not be held in memory: 16 bytes each, and each is played once a policy. */
  static final int MOST = 20_000_000;

  private static final int SECOND = 1_000;

  private Jobs() {}

  /** Seconds that a job of a second of the trace runs. */
  interface RunTime {
    double draw(int second, RandomGenerator random);
  }

  /**
   * Spreads the jobs of each second evenly at random over it.
   *
   * @throws IllegalArgumentException for more than 20 million jobs
   */
  static Trace of(
      String name,
      int[] counts,
      RunTime runTime,
      RandomGenerator random,
      long outageFrom,
      long outageTo) {
    long total = IntStream.of(counts).asLongStream().sum();
    if (total > MOST) {
      throw new IllegalArgumentException(
          "%s has %,d jobs; the most is %,d".formatted(name, total, MOST));
    }
    long[] arrivals = new long[(int) total];
    int[] runs = new int[(int) total];
    int next = 0;
    for (int second = 0; second < counts.length; second++) {
      int first = next;
      for (int i = 0; i < counts[second]; i++) {
        arrivals[next] = (long) second * SECOND + random.nextInt(SECOND);
        runs[next] = (int) Math.max(1, Math.round(runTime.draw(second, random) * SECOND));
        next++;
      }
      Arrays.sort(arrivals, first, next);
    }
    return new Trace(name, arrivals, runs, (long) counts.length * SECOND, outageFrom, outageTo);
  }
}
