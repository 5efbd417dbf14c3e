package io.millrace.ops.report;

import io.millrace.ops.report.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** One row for each column of a profiled file: type, counts, range, centre, shape. */
final class ColumnTable {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("COLUMN", false, 10, 24, 0),
          new Column("TYPE", false, 7, 10, 0),
          new Column("COUNT", true, 5, 13, 2),
          new Column("NULLS", true, 5, 6, 0),
          new Column("DISTINCT", true, 8, 12, 0),
          new Column("MIN", true, 8, 12, 0),
          new Column("MEDIAN", true, 8, 12, 3),
          new Column("MAX", true, 8, 12, 0),
          new Column("MEAN", true, 6, 12, 1),
          new Column("HISTOGRAM", false, 9, 16, 4));
  private static final int DATE_CHARS = 10;
  private static final String TAILS =
      Histogram.MARK
          + " drawn from the 1st to the 99th percentile: outliers beyond would flatten the rest";

  private ColumnTable() {}

  static List<String> lines(JsonNode profile, int width) {
    TextTable table = new TextTable(COLUMNS);
    long rows = profile.path("rows").asLong(0);
    for (JsonNode column : profile.path("columns").values()) {
      table.add(row(column, rows));
    }
    List<String> lines = new ArrayList<>(table.render(width));
    if (lines.stream().anyMatch(line -> line.endsWith(Histogram.MARK))) {
      lines.add(Cells.fit(TAILS, width));
    }
    return lines;
  }

  private static List<Cell> row(JsonNode column, long rows) {
    long count = column.path("count").asLong(0);
    long nulls = column.path("nulls").asLong(0);
    long all = Math.max(rows, count);
    return List.of(
        text(column.path("name").asString("")),
        text(column.path("type").asString("")),
        text(Figures.count(count)),
        text(all == 0 ? "" : Figures.percent((double) nulls / all)),
        text(distinct(column.path("distinct"))),
        text(value(column.path("min"))),
        text(value(median(column.path("quantiles")))),
        text(value(column.path("max"))),
        text(value(column.path("mean"))),
        Histogram.of(column));
  }

  private static Cell text(String text) {
    return new Cell.Text(text);
  }

  /** An exact number as it is, an estimate with half the width of its bounds in percent. */
  private static String distinct(JsonNode distinct) {
    if (!distinct.path("value").isNumber()) {
      return "";
    }
    long value = distinct.path("value").asLong();
    long spread = distinct.path("upper").asLong(value) - distinct.path("lower").asLong(value);
    if (distinct.path("exact").asBoolean(false) || spread <= 0 || value <= 0) {
      return Figures.compact(value);
    }
    return Figures.compact(value) + " ±" + Figures.percent(spread / 2.0 / value);
  }

  private static JsonNode median(JsonNode quantiles) {
    for (JsonNode quantile : quantiles.path("values").values()) {
      if (Math.abs(quantile.path("rank").asDouble(-1) - 0.5) < 1e-9) {
        return quantile.path("value");
      }
    }
    return quantiles.path("no median");
  }

  private static String value(JsonNode value) {
    if (value.isNumber()) {
      return value.isIntegralNumber() && value.canConvertToLong()
          ? Figures.number(value.asLong())
          : Figures.number(value.asDouble());
    }
    String text = value.asString("");
    // the day of a timestamp; the second is in the JSON for those who need it
    return text.matches("\\d{4}-\\d{2}-\\d{2}[T ].*") ? text.substring(0, DATE_CHARS) : text;
  }
}
