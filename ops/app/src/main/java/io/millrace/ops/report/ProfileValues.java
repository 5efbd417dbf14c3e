package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What stands in the columns: the most frequent values, and types that do not belong. */
final class ProfileValues {
  private static final int NAME_CELLS = 16;
  private static final int VALUE_CELLS = 28;
  private static final long FEW = 50;
  private static final String SEPARATOR = " · ";

  private ProfileValues() {}

  /** One line for each column of text or of few distinct values, as many values as fit. */
  static List<String> frequent(JsonNode profile, int width) {
    List<String> lines = new ArrayList<>();
    for (JsonNode column : profile.path("columns").values()) {
      List<String> values = isTextOrFew(column) ? values(column) : List.of();
      if (!values.isEmpty()) {
        lines.add(line(column, values, width));
      }
    }
    return lines;
  }

  /** One line for each column whose values are of more than one type. */
  static List<String> mixed(JsonNode profile, int width) {
    List<String> lines = new ArrayList<>();
    for (JsonNode column : profile.path("columns").values()) {
      List<String> kinds = new ArrayList<>();
      for (Map.Entry<String, JsonNode> kind : column.path("kinds").properties()) {
        if (kind.getValue().asLong(0) > 0) {
          kinds.add(kind.getKey() + " " + Figures.count(kind.getValue().asLong()));
        }
      }
      if (kinds.size() > 1) {
        lines.add(line(column, kinds, width));
      }
    }
    return lines;
  }

  private static boolean isTextOrFew(JsonNode column) {
    return column.path("type").asString("").equals("string")
        || column.path("distinct").path("estimate").asLong(Long.MAX_VALUE) <= FEW;
  }

  /** Empty when no value comes twice: the list would be an accident. */
  private static List<String> values(JsonNode column) {
    long count = column.path("count").asLong(0);
    List<String> values = new ArrayList<>();
    for (JsonNode top : column.path("top").values()) {
      long times = top.path("count").asLong(0);
      if (times > 1) {
        values.add(
            Cells.fit(top.path("value").asString(""), VALUE_CELLS)
                + " "
                + (count > 0 ? Figures.percent((double) times / count) : Figures.count(times)));
      }
    }
    String lengths = lengths(column.path("lengths"));
    if (!values.isEmpty() && !lengths.isEmpty()) {
      values.addFirst(lengths);
    }
    return values;
  }

  private static String lengths(JsonNode lengths) {
    if (!lengths.path("min").isNumber() || !lengths.path("max").isNumber()) {
      return "";
    }
    long min = lengths.path("min").asLong();
    long max = lengths.path("max").asLong();
    return (min == max ? Figures.count(min) : Figures.count(min) + "–" + Figures.count(max))
        + " chars";
  }

  private static String line(JsonNode column, List<String> parts, int width) {
    StringBuilder line = new StringBuilder("  ");
    line.append(Cells.left(column.path("name").asString(""), NAME_CELLS)).append("  ");
    String separator = "";
    for (String part : parts) {
      if (Cells.width(line + separator + part) > width && !separator.isEmpty()) {
        break;
      }
      line.append(separator).append(part);
      separator = SEPARATOR;
    }
    return Cells.fit(line.toString(), width);
  }
}
