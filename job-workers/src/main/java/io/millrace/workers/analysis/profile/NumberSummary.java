package io.millrace.workers.analysis.profile;

import io.millrace.workers.analysis.profile.ColumnReport.Histogram;
import io.millrace.workers.analysis.profile.ColumnReport.Quantile;
import io.millrace.workers.analysis.profile.ColumnReport.Quantiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/** Quantiles and histogram of a column's numbers: counted while the values are, else from KLL. */
final class NumberSummary {
  private final ColumnProfile column;
  private final int bins;
  // Exact counts in order of value; empty when KLL has the numbers.
  private final List<ExactValues.Entry> sorted;

  NumberSummary(ColumnProfile column, int bins) {
    this.column = column;
    this.bins = bins;
    ExactValues exact = column.values().exact();
    this.sorted =
        exact == null
            ? List.of()
            : exact.entries().stream()
                .filter(entry -> entry.value().kind().isNumber())
                .sorted(Comparator.comparingDouble(entry -> entry.value().number()))
                .toList();
  }

  Quantiles quantiles() {
    List<Quantile> quantiles = new ArrayList<>();
    if (!sorted.isEmpty()) {
      for (double rank : column.detail().ranks()) {
        quantiles.add(new Quantile(rank, exactQuantile(rank), null, null));
      }
      return new Quantiles(true, null, quantiles);
    }
    KllDoublesSketch order = order();
    boolean exact = !order.isEstimationMode();
    for (double rank : column.detail().ranks()) {
      double value = order.getQuantile(rank, QuantileSearchCriteria.INCLUSIVE);
      quantiles.add(
          new Quantile(
              rank,
              value,
              exact ? null : order.getQuantileLowerBound(rank),
              exact ? null : order.getQuantileUpperBound(rank)));
    }
    return new Quantiles(exact, exact ? null : order.getNormalizedRankError(false), quantiles);
  }

  Histogram histogram() {
    double min = column.extremes().min().doubleValue();
    double max = column.extremes().max().doubleValue();
    int count = min == max ? 1 : bins;
    List<Double> edges = new ArrayList<>(count + 1);
    for (int edge = 0; edge < count; edge++) {
      // Weighted, not min + span * share: the span of the largest doubles is infinite.
      double share = (double) edge / count;
      edges.add(min * (1 - share) + max * share);
    }
    edges.add(max);
    long numbers = column.moments().count();
    List<Long> counts = new ArrayList<>(count);
    long below = 0;
    for (int bin = 1; bin <= count; bin++) {
      long upTo = bin == count ? numbers : upTo(edges.get(bin), numbers);
      counts.add(Math.max(0, upTo - below));
      below = Math.max(below, upTo);
    }
    boolean exact = !sorted.isEmpty() || !order().isEstimationMode();
    Long error = exact ? null : (long) Math.ceil(order().getNormalizedRankError(true) * numbers);
    return new Histogram(exact, error, edges, counts);
  }

  private double exactQuantile(double rank) {
    long needed = Math.max(1, (long) Math.ceil(rank * column.moments().count()));
    long seen = 0;
    for (ExactValues.Entry entry : sorted) {
      seen += entry.count();
      if (seen >= needed) {
        return entry.value().number();
      }
    }
    return sorted.getLast().value().number();
  }

  private long upTo(double edge, long numbers) {
    if (sorted.isEmpty()) {
      return Math.round(order().getRank(edge, QuantileSearchCriteria.INCLUSIVE) * numbers);
    }
    return sorted.stream()
        .filter(entry -> entry.value().number() <= edge)
        .mapToLong(ExactValues.Entry::count)
        .sum();
  }

  private KllDoublesSketch order() {
    return column.values().sketched().order();
  }
}
