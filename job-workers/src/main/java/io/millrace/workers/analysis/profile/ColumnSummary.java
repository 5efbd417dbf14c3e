package io.millrace.workers.analysis.profile;

import io.millrace.workers.analysis.profile.ColumnReport.Distinct;
import io.millrace.workers.analysis.profile.ColumnReport.Lengths;
import io.millrace.workers.analysis.profile.ColumnReport.TopValue;
import io.millrace.workers.analysis.profile.ColumnReport.TopValues;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a column's state into its report. */
final class ColumnSummary {
  /** Share of the values that decides a column's type. */
  private static final double TYPE_SHARE = 0.95;

  /** HLL's bounds are given for two standard deviations: 95 %. */
  private static final int STANDARD_DEVIATIONS = 2;

  private final ColumnProfile column;
  private final int topValues;
  private final int bins;

  ColumnSummary(ColumnProfile column, int topValues, int bins) {
    this.column = column;
    this.topValues = Math.min(topValues, column.detail().maxTopValues());
    this.bins = Math.min(bins, column.detail().maxBins());
  }

  ColumnReport of(long rows) {
    long count = column.count();
    String type = type(count);
    boolean numbers =
        switch (type) {
          case "integer", "decimal" -> true;
          case "mixed" -> column.moments().count() > 0;
          default -> false;
        };
    NumberSummary summary = numbers ? new NumberSummary(column, bins) : null;
    Moments moments = column.moments();
    return new ColumnReport(
        column.name(),
        type,
        column.detail().shown(),
        count,
        rows - count,
        kinds(),
        distinct(),
        numbers ? (Object) column.extremes().min() : time(type, column.extremes().minMicros()),
        numbers ? (Object) column.extremes().max() : time(type, column.extremes().maxMicros()),
        numbers ? finite(moments.mean()) : null,
        numbers ? finite(moments.stddev()) : null,
        summary == null ? null : summary.quantiles(),
        summary == null ? null : summary.histogram(),
        topValues(),
        count == 0 ? null : lengths(count));
  }

  private Map<String, Long> kinds() {
    Map<String, Long> kinds = new LinkedHashMap<>();
    for (CellKind kind : CellKind.values()) {
      if (column.count(kind) > 0) {
        kinds.put(name(kind), column.count(kind));
      }
    }
    return kinds;
  }

  private String type(long count) {
    if (count == 0) {
      return "empty";
    }
    double needed = TYPE_SHARE * count;
    for (CellKind kind : CellKind.values()) {
      long like =
          switch (kind) {
            case DECIMAL -> column.count(CellKind.INTEGER) + column.count(CellKind.DECIMAL);
            case TIMESTAMP -> column.count(CellKind.DATE) + column.count(CellKind.TIMESTAMP);
            case INTEGER, BOOLEAN, DATE, STRING, OBJECT, ARRAY -> column.count(kind);
          };
      // An integer column with a single decimal is a decimal column.
      boolean narrow =
          (kind == CellKind.INTEGER && column.count(CellKind.DECIMAL) > 0)
              || (kind == CellKind.DATE && column.count(CellKind.TIMESTAMP) > 0);
      if (like >= needed && !narrow) {
        return name(kind);
      }
    }
    return "mixed";
  }

  private Distinct distinct() {
    ExactValues exact = column.values().exact();
    if (exact != null) {
      return new Distinct(exact.size(), exact.size(), exact.size(), true);
    }
    var sketch = column.values().sketched().distinct();
    return new Distinct(
        Math.round(sketch.getEstimate()),
        (long) Math.floor(sketch.getLowerBound(STANDARD_DEVIATIONS)),
        (long) Math.ceil(sketch.getUpperBound(STANDARD_DEVIATIONS)),
        false);
  }

  private TopValues topValues() {
    ExactValues exact = column.values().exact();
    if (exact != null) {
      List<TopValue> values =
          exact.entries().stream()
              .limit(topValues)
              .map(entry -> new TopValue(entry.text(), entry.count(), null))
              .toList();
      return new TopValues(true, null, values);
    }
    FrequentValues frequent = column.values().sketched().frequent();
    List<TopValue> values =
        frequent.entries(topValues).stream()
            .map(entry -> new TopValue(entry.text(), entry.upper(), entry.lower()))
            .toList();
    return new TopValues(false, frequent.maxError(), values);
  }

  private Lengths lengths(long count) {
    LengthStats lengths = column.lengths();
    return new Lengths(lengths.min(), lengths.max(), lengths.mean(count));
  }

  /** ISO 8601; a timestamp is in UTC unless the file named no offset. */
  private static @Nullable String time(String type, long micros) {
    if (!type.equals("date") && !type.equals("timestamp")) {
      return null;
    }
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L),
            (int) Math.floorMod(micros, 1_000_000L) * 1_000,
            ZoneOffset.UTC);
    return type.equals("date") ? time.toLocalDate().toString() : time.toString();
  }

  /** JSON knows no infinity: values near the limit of doubles have no mean. */
  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static String name(CellKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
