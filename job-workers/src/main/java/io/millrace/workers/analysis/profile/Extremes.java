package io.millrace.workers.analysis.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Smallest and largest number and point in time; exact, integers of up to 18 digits to the last
 * digit.
 */
final class Extremes {
  private long minLong = Long.MAX_VALUE;
  private long maxLong = Long.MIN_VALUE;
  private double minDouble = Double.POSITIVE_INFINITY;
  private double maxDouble = Double.NEGATIVE_INFINITY;
  private long minMicros = Long.MAX_VALUE;
  private long maxMicros = Long.MIN_VALUE;

  void addLong(long value) {
    minLong = Math.min(minLong, value);
    maxLong = Math.max(maxLong, value);
  }

  void addDouble(double value) {
    minDouble = Math.min(minDouble, value);
    maxDouble = Math.max(maxDouble, value);
  }

  void addMicros(long value) {
    minMicros = Math.min(minMicros, value);
    maxMicros = Math.max(maxMicros, value);
  }

  void merge(Extremes other) {
    minLong = Math.min(minLong, other.minLong);
    maxLong = Math.max(maxLong, other.maxLong);
    minDouble = Math.min(minDouble, other.minDouble);
    maxDouble = Math.max(maxDouble, other.maxDouble);
    minMicros = Math.min(minMicros, other.minMicros);
    maxMicros = Math.max(maxMicros, other.maxMicros);
  }

  /** A Long where an integer is the smallest number, else a Double. */
  Number min() {
    return minLong != Long.MAX_VALUE && minLong <= minDouble ? (Number) minLong : minDouble;
  }

  /** A Long where an integer is the largest number, else a Double. */
  Number max() {
    return maxLong != Long.MIN_VALUE && maxLong >= maxDouble ? (Number) maxLong : maxDouble;
  }

  long minMicros() {
    return minMicros;
  }

  long maxMicros() {
    return maxMicros;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(minLong);
    out.writeLong(maxLong);
    out.writeDouble(minDouble);
    out.writeDouble(maxDouble);
    out.writeLong(minMicros);
    out.writeLong(maxMicros);
  }

  void read(DataInput in) throws IOException {
    minLong = in.readLong();
    maxLong = in.readLong();
    minDouble = in.readDouble();
    maxDouble = in.readDouble();
    minMicros = in.readLong();
    maxMicros = in.readLong();
  }
}
