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

  /** One line for each column in which some values are of another type than the column. */
  static List<String> mixed(JsonNode profile, int width) {
    List<String> lines = new ArrayList<>();
    for (JsonNode column : profile.path("columns").values()) {
      List<String> kinds = new ArrayList<>();
      boolean foreign = false;
      for (Map.Entry<String, JsonNode> kind : column.path("kinds").properties()) {
        kinds.add(kind.getKey() + " " + Figures.count(kind.getValue().asLong(0)));
        foreign |= isForeign(kind.getKey(), column.path("type").asString(""));
      }
      if (foreign) {
        lines.add(line(column, kinds, width));
      }
    }
    return lines;
  }

  /** Integers are at home among decimals, dates among timestamps. */
  private static boolean isForeign(String kind, String type) {
    return switch (type) {
      case "decimal" -> !kind.equals("decimal") && !kind.equals("integer");
      case "timestamp" -> !kind.equals("timestamp") && !kind.equals("date");
      default -> !kind.equals(type);
    };
  }

  private static boolean isTextOrFew(JsonNode column) {
    String type = column.path("type").asString("");
    return type.equals("string")
        || type.equals("mixed")
        || column.path("distinct").path("value").asLong(Long.MAX_VALUE) <= FEW;
  }

  /** Empty when no value comes twice: the list would be an accident. */
  private static List<String> values(JsonNode column) {
    long count = column.path("count").asLong(0);
    List<String> values = new ArrayList<>();
    JsonNode top = column.path("topValues");
    String bound = top.path("exact").asBoolean(true) ? " " : " ≤";
    for (JsonNode value : top.path("values").values()) {
      long times = value.path("count").asLong(0);
      if (times > 1) {
        values.add(
            Cells.fit(value.path("value").asString(""), VALUE_CELLS)
                + bound
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
