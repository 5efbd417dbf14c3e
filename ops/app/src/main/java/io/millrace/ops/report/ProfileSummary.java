package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The first two lines of a profile: the file and the run, then the format that was found. */
final class ProfileSummary {
  private static final String SEPARATOR = " · ";

  private ProfileSummary() {}

  static String file(JsonNode profile) {
    long rows = profile.path("rows").asLong(0);
    long bad = profile.path("badRows").asLong(0);
    long bytes = profile.path("bytes").asLong(0);
    long millis = profile.path("durationMillis").asLong(0);
    List<String> parts = new ArrayList<>();
    parts.add(profile.path("dataset").asString("data set"));
    parts.add(Figures.count(rows) + " rows");
    parts.add(bad == 0 ? "no bad rows" : bad + " bad (" + Figures.percent(share(bad, rows)) + ")");
    parts.add(profile.path("columns").size() + " columns");
    if (bytes > 0) {
      parts.add(Figures.bytes(bytes));
    }
    if (millis > 0) {
      parts.add(Figures.millis(millis));
      parts.add(Figures.compact(rows * 1000 / millis) + " rows/s");
      parts.add(Figures.bytes(bytes * 1000 / millis) + "/s");
    }
    return String.join(SEPARATOR, parts);
  }

  static String format(JsonNode format) {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : format.properties()) {
      if (field.getValue().isValueNode() && !field.getValue().isNull()) {
        parts.add(words(field.getKey()) + " " + value(field.getValue()));
      }
    }
    return String.join(SEPARATOR, parts);
  }

  private static String value(JsonNode value) {
    if (value.isBoolean()) {
      return value.asBoolean() ? "yes" : "no";
    }
    if (value.isIntegralNumber()) {
      return Figures.count(value.asLong());
    }
    String text = value.asString("");
    return text.length() == 1 ? "'" + text + "'" : text;
  }

  /** {@code rowsRead} as {@code rows read}. */
  private static String words(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  private static double share(long part, long whole) {
    return whole <= 0 ? 1 : (double) part / whole;
  }
}
