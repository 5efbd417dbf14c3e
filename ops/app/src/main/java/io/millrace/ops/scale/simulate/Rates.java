package io.millrace.ops.scale.simulate;

import java.util.OptionalDouble;

/** Arrivals and run times as the service measures them: averages that forget. */
final class Rates {
  private static final double SHORT = 1 - Math.exp(-1 / 10.0);
  private static final double LONG = 1 - Math.exp(-1 / 60.0);
  private static final double RUN = 0.002;

  private double shortly;
  private double longer;
  private double runMillis;
  private long ran;

  /** One more second with so many arrivals. */
  void second(int arrivals) {
    shortly += SHORT * (arrivals - shortly);
    longer += LONG * (arrivals - longer);
  }

  void ran(int millis) {
    ran++;
    runMillis += Math.max(RUN, 1.0 / ran) * (millis - runMillis);
  }

  /** Per second, on average over a minute. */
  double arrivals() {
    return longer;
  }

  /** The same over ten seconds. */
  double lately() {
    return shortly;
  }

  OptionalDouble runSeconds() {
    return ran == 0 ? OptionalDouble.empty() : OptionalDouble.of(runMillis / 1000);
  }
}
