package io.millrace.ops.bench.cases;

import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Latencies;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Gathers what a case finds out about Millrace. */
final class Findings {
  private static final double MICROS_A_MILLI = 1000;

  private final String caseName;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Series> series = new ArrayList<>();
  private final List<Latencies> latencies = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private Map<String, Double> costs = Map.of();

  Findings(String caseName) {
    this.caseName = caseName;
  }

  void figure(String id, String label, Unit unit, double value) {
    figures.add(new Figure(id, label, unit, value));
  }

  /** A percentile of a histogram of microseconds. */
  void percentile(String id, String label, Histogram micros, double percentile) {
    figure(id, label, Unit.MILLIS, micros.getValueAtPercentile(percentile) / MICROS_A_MILLI);
  }

  void series(Series found) {
    series.add(found);
  }

  void latencies(String name, Histogram micros) {
    latencies.add(Latencies.ofMicros(name, micros));
  }

  void costs(Map<String, Double> perThousandJobs) {
    costs = perThousandJobs;
  }

  /** A sentence about what went wrong; null when nothing did. */
  void fault(@Nullable String sentence) {
    if (sentence != null) {
      faults.add(sentence);
    }
  }

  /** What went wrong in a load. */
  void faults(String during, LoadResult result) {
    result.faults().forEach(fault -> faults.add(during + ": " + fault));
  }

  void faults(List<String> sentences) {
    faults.addAll(sentences);
  }

  List<Measurement> measured() {
    return List.of(
        new Measurement(caseName, Measurement.MILLRACE, figures, series, latencies, costs, faults));
  }
}
