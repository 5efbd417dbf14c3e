package io.millrace.workers.analysis.profile;

import java.util.Map;

/**
 * How well a column is filled.
 *
 * @param column its name
 * @param type as in {@link ColumnReport}
 * @param rows good rows of the dataset
 * @param badRows rows left out
 * @param nulls good rows without a value
 * @param distinct number of different values; HLL's estimate above 1,000
 * @param completeness share of the good rows that have a value, 0 to 1
 * @param consistency share of the values that are of the kind most of them are of, 0 to 1; numbers
 *     are one kind, and so are dates and timestamps
 * @param score completeness times consistency, to four places
 */
public record ColumnScore(
    String column,
    String type,
    long rows,
    long badRows,
    long nulls,
    long distinct,
    double completeness,
    double consistency,
    double score) {
  private static final double PLACES = 10_000;

  static ColumnScore of(ColumnReport report, long rows, long badRows) {
    double completeness = rows == 0 ? 0 : (double) report.count() / rows;
    double consistency = report.count() == 0 ? 0 : (double) alike(report.kinds()) / report.count();
    return new ColumnScore(
        report.name(),
        report.type(),
        rows,
        badRows,
        report.nulls(),
        report.distinct().value(),
        rounded(completeness),
        rounded(consistency),
        rounded(completeness * consistency));
  }

  /** How many values the commonest kind has. */
  private static long alike(Map<String, Long> kinds) {
    long numbers = kinds.getOrDefault("integer", 0L) + kinds.getOrDefault("decimal", 0L);
    long times = kinds.getOrDefault("date", 0L) + kinds.getOrDefault("timestamp", 0L);
    long most = Math.max(numbers, times);
    for (long count : kinds.values()) {
      most = Math.max(most, count);
    }
    return most;
  }

  private static double rounded(double share) {
    return Math.round(share * PLACES) / PLACES;
  }
}
