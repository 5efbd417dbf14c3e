package io.millrace.ops.scale.simulate;

import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Traces by formula. Rates are jobs per second; run times are lognormal unless said otherwise. */
public enum Pattern {
  /** 5/s, and after five minutes 6,000 jobs within ten seconds. 30 min. */
  BURST(1_800) {
    @Override
    double rate(int second) {
      return second >= 300 && second < 310 ? 600 : 5;
    }
  },
  /** One day: from 2/s at night to 40/s at noon. 24 h. */
  DIURNAL(86_400) {
    @Override
    double rate(int second) {
      return 2 + 19 * (1 - Math.cos(2 * Math.PI * second / 86_400));
    }
  },
  /** 5/s, and for a minute of every ten twenty times as many. 1 h. */
  SPIKES(3_600) {
    @Override
    double rate(int second) {
      return second % 600 >= 300 && second % 600 < 360 ? 100 : 5;
    }
  },
  /** 10/s, for 20 minutes ten times as many, 10/s again. 1 h. */
  STEP(3_600) {
    @Override
    double rate(int second) {
      return second >= 600 && second < 1_800 ? 100 : 10;
    }
  },
  /** From 5/s evenly to 120/s within 50 minutes, then nothing. 1 h. */
  RAMP(3_600) {
    @Override
    double rate(int second) {
      return second < 3_000 ? 5 + 115.0 * second / 3_000 : 0;
    }
  },
  /** 60/s for two minutes, nothing for four, again and again. 1 h. */
  ON_OFF(3_600) {
    @Override
    double rate(int second) {
      return second % 360 < 120 ? 60 : 0;
    }
  },
  /** 20/s; for ten minutes nobody claims and nothing can be measured, jobs come on. 1 h. */
  OUTAGE(3_600) {
    @Override
    double rate(int second) {
      return 20;
    }

    @Override
    long outageFrom() {
      return 600_000;
    }

    @Override
    long outageTo() {
      return 1_200_000;
    }
  },
  /** 20/s, with run times by Pareto's law with exponent 1.5, cut at five minutes. 1 h. */
  HEAVY_TAIL(3_600) {
    @Override
    double rate(int second) {
      return 20;
    }

    @Override
    double run(double mean, RandomGenerator random) {
      return Math.min(300, mean / 3 / Math.pow(1 - random.nextDouble(), 1 / 1.5));
    }
  };

  private static final double SPREAD = 0.5;

  private final int seconds;

  Pattern(int seconds) {
    this.seconds = seconds;
  }

  abstract double rate(int second);

  double run(double mean, RandomGenerator random) {
    return mean * Math.exp(SPREAD * random.nextGaussian() - SPREAD * SPREAD / 2);
  }

  long outageFrom() {
    return -1;
  }

  long outageTo() {
    return -1;
  }

  /** {@code HEAVY_TAIL} as {@code heavy-tail}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** By its wire name. */
  public static Optional<Pattern> named(String name) {
    for (Pattern pattern : values()) {
      if (pattern.wireName().equals(name)) {
        return Optional.of(pattern);
      }
    }
    return Optional.empty();
  }

  /**
   * Draws the jobs: arrivals by Poisson's law within each second.
   *
   * @param meanRunSeconds of a job, more than 0
   */
  public Trace draw(double meanRunSeconds, long seed) {
    int[] counts = new int[seconds];
    SplittableRandom random = new SplittableRandom(seed);
    for (int second = 0; second < seconds; second++) {
      counts[second] = poisson(rate(second), random);
    }
    return Jobs.of(
        wireName(),
        counts,
        (second, source) -> run(meanRunSeconds, source),
        random,
        outageFrom(),
        outageTo());
  }

  /** Knuth's method for small means, the normal law for large ones. */
  private static int poisson(double mean, RandomGenerator random) {
    if (mean > 30) {
      return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    int count = 0;
    for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
      count++;
    }
    return count;
  }
}
