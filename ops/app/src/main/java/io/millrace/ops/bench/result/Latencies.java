package io.millrace.ops.bench.result;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * How long something took, all times in milliseconds.
 *
 * @param name what a person reads
 * @param count how many were measured
 * @param buckets ascending, for a histogram; logarithmic
 */
public record Latencies(
    String name,
    long count,
    double p50,
    double p95,
    double p99,
    double max,
    double mean,
    List<Bucket> buckets) {
  private static final double MICROS = 1000;

  public Latencies {
    buckets = List.copyOf(buckets);
  }

  /**
   * @param upToMillis its upper end
   * @param count how many fell into it
   */
  public record Bucket(double upToMillis, long count) {}

  /** Of a histogram of microseconds. */
  public static Latencies ofMicros(String name, Histogram micros) {
    List<Bucket> buckets = new ArrayList<>();
    for (HistogramIterationValue value : micros.logarithmicBucketValues(50, Math.sqrt(2))) {
      buckets.add(
          new Bucket(
              value.getValueIteratedTo() / MICROS, value.getCountAddedInThisIterationStep()));
    }
    return new Latencies(
        name,
        micros.getTotalCount(),
        micros.getValueAtPercentile(50) / MICROS,
        micros.getValueAtPercentile(95) / MICROS,
        micros.getValueAtPercentile(99) / MICROS,
        micros.getMaxValue() / MICROS,
        micros.getMean() / MICROS,
        buckets);
  }
}
