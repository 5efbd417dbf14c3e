package io.millrace.ops.sample;

import java.util.SplittableRandom;

/**
 * The random stream of one block. Uses {@link StrictMath} and its own normal distribution, because
 * those of the JDK may differ between versions and machines.
 */
final class Draw {
  private static final int MILLION = 1_000_000;

  private final SplittableRandom random;

  Draw(long seed, long block) {
    // an odd multiplier keeps blocks of neighbouring seeds apart
    this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + block * 0xBF58476D1CE4E5B9L);
  }

  boolean has(Dirt dirt) {
    return random.nextInt(MILLION) < dirt.perMillion();
  }

  boolean chance(double share) {
    return random.nextDouble() < share;
  }

  /** A whole number from 0 to {@code bound - 1}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A whole number from 0 to {@code bound - 1}, low ones more often. */
  int skewedBelow(int bound) {
    double share = random.nextDouble();
    return (int) (share * share * bound);
  }

  /** A number of the normal distribution, after Box and Muller. */
  double normal(double mean, double deviation) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return mean + deviation * radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  /** A number whose logarithm is normal: half of them below the median, a long tail above. */
  double logNormal(double median, double sigma) {
    return median * StrictMath.exp(normal(0, sigma));
  }

  /** An index, each as often as its step in the rising shares, the last of which is 1. */
  int pick(double[] cumulative) {
    double share = random.nextDouble();
    int index = 0;
    while (index < cumulative.length - 1 && share >= cumulative[index]) {
      index++;
    }
    return index;
  }
}
