package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The first two lines of a profile: the file and the run, then the format that was found. */
final class ProfileSummary {
  private static final String SEPARATOR = " · ";

  private ProfileSummary() {}

  static String file(JsonNode profile) {
    long rows = profile.path("rows").asLong(0);
    long bad = profile.path("badRows").path("count").asLong(0);
    long bytes = profile.path("bytes").asLong(0);
    long millis = profile.path("durationMillis").asLong(0);
    long before = profile.path("resumed").path("fromRow").asLong(0);
    List<String> parts = new ArrayList<>();
    parts.add(profile.path("dataset").asString("data set"));
    parts.add(Figures.count(rows) + " rows");
    parts.add(
        bad == 0
            ? "no bad rows"
            : bad + " bad (" + Figures.percent((double) bad / (rows + bad)) + ")");
    parts.add(profile.path("columns").size() + " columns");
    if (bytes > 0) {
      parts.add(Figures.bytes(bytes));
    }
    if (millis > 0) {
      parts.add(Figures.millis(millis));
      // the time is that of the last attempt, which did only what was left
      parts.add(Figures.compact(Math.max(rows + bad - before, 0) * 1000 / millis) + " rows/s");
    }
    return String.join(SEPARATOR, parts);
  }

  static String format(JsonNode format) {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : format.properties()) {
      String value = value(field.getValue());
      if (!value.isEmpty()) {
        parts.add(words(field.getKey()) + " " + value);
      }
    }
    return String.join(SEPARATOR, parts);
  }

  private static String value(JsonNode value) {
    if (value.isArray()) {
      return value.valueStream().map(v -> v.asString("")).collect(Collectors.joining(", "));
    }
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
}
