package io.millrace.ops.bench.soak;

import java.util.List;

/**
 * How fast the heap after a collection grew: the slope of the straight line that lies closest to
 * all readings (least squares). One reading that a collection came too early or too late for then
 * decides nothing.
 */
final class HeapGrowth {
  private static final double HOUR_MILLIS = 3_600_000;

  private HeapGrowth() {}

  /**
   * In bytes an hour.
   *
   * @param readings at least two, at different times
   */
  static double perHour(List<Reading> readings) {
    double meanHours = readings.stream().mapToDouble(HeapGrowth::hours).average().orElseThrow();
    double meanHeap = readings.stream().mapToLong(Reading::heap).average().orElseThrow();
    double together = 0;
    double spread = 0;
    for (Reading reading : readings) {
      double apart = hours(reading) - meanHours;
      together += apart * (reading.heap() - meanHeap);
      spread += apart * apart;
    }
    return together / spread;
  }

  private static double hours(Reading reading) {
    return reading.at().toMillis() / HOUR_MILLIS;
  }
}
