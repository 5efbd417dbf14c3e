package io.millrace.ops.bench.result;

import java.util.List;

/**
 * A figure over time.
 *
 * @param name what a person reads
 * @param points in order of time
 */
public record Series(String name, Unit unit, List<Point> points) {
  public Series {
    points = List.copyOf(points);
  }

  /**
   * One of its values.
   *
   * @param seconds since the measurement began
   */
  public record Point(double seconds, double value) {}
}
