package io.millrace.workers.analysis.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Count, mean and spread of numbers, exact up to rounding. Whole batches are added with two passes
 * each and joined by Chan's formula, which keeps digits where a running sum of squares loses them.
 */
final class Moments {
  private long count;
  private double mean;
  private double m2;

  void addAll(double[] values, int from, int to) {
    int n = to - from;
    if (n == 0) {
      return;
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    double batchMean = Double.isFinite(sum) ? sum / n : scaledMean(values, from, to);
    double batchM2 = 0;
    for (int i = from; i < to; i++) {
      double d = values[i] - batchMean;
      batchM2 += d * d;
    }
    join(n, batchMean, batchM2);
  }

  void merge(Moments other) {
    join(other.count, other.mean, other.m2);
  }

  long count() {
    return count;
  }

  double mean() {
    return mean;
  }

  /** Sample standard deviation (n - 1), 0 for fewer than two values. */
  double stddev() {
    return count < 2 ? 0 : Math.sqrt(m2 / (count - 1));
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(count);
    out.writeDouble(mean);
    out.writeDouble(m2);
  }

  void read(DataInput in) throws IOException {
    count = in.readLong();
    mean = in.readDouble();
    m2 = in.readDouble();
  }

  private void join(long n, double otherMean, double otherM2) {
    if (n == 0) {
      return;
    }
    long total = count + n;
    double delta = otherMean - mean;
    double share = (double) n / total;
    mean += delta * share;
    m2 += otherM2 + delta * delta * share * count;
    count = total;
  }

  /** For values so large that their sum overflows. */
  private static double scaledMean(double[] values, int from, int to) {
    double mean = 0;
    for (int i = from; i < to; i++) {
      mean += values[i] / (to - from);
    }
    return mean;
  }
}
