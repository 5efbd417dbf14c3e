package io.millrace.ops.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers as places along a line.
 *
 * @param from the number at its begin
 * @param to the number at its end, more than {@code from}
 * @param logarithmic whether equal distances are equal factors; then {@code from} is more than 0
 * @param begin the place of {@code from}
 * @param end the place of {@code to}
 */
record Axis(double from, double to, boolean logarithmic, double begin, double end) {
  private static final int TICKS = 5;

  /** From 0 to a round number that covers the most. */
  static Axis linear(double most, double begin, double end) {
    double top = most > 0 ? most : 1;
    double step = step(top);
    return new Axis(0, Math.ceil(top / step - 1e-9) * step, false, begin, end);
  }

  static Axis logarithmic(double least, double most, double begin, double end) {
    return new Axis(least, Math.max(most, least * 2), true, begin, end);
  }

  double place(double number) {
    double share =
        logarithmic ? Math.log(number / from) / Math.log(to / from) : (number - from) / (to - from);
    return begin + Math.clamp(share, 0, 1) * (end - begin);
  }

  /** Round numbers within it. */
  List<Double> ticks() {
    return logarithmic ? logarithmicTicks() : linearTicks();
  }

  private List<Double> linearTicks() {
    double step = step(to);
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i * step <= to * (1 + 1e-9); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** 1, 2, 5 of each decade where they are few, else the decades. */
  private List<Double> logarithmicTicks() {
    boolean few = to / from < 300;
    List<Double> ticks = new ArrayList<>();
    for (int decade = (int) Math.floor(Math.log10(from)); ; decade++) {
      for (int digit : few ? new int[] {1, 2, 5} : new int[] {1}) {
        double tick = digit * Math.pow(10, decade);
        if (tick > to * (1 + 1e-9)) {
          return ticks;
        }
        if (tick >= from * (1 - 1e-9)) {
          ticks.add(tick);
        }
      }
    }
  }

  /** 1, 2 or 5 times a power of ten, about a fifth of the range. */
  private static double step(double range) {
    double rough = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }
}
