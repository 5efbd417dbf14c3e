package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The result of a {@code dataset.profile} job as text: what the file is, one row for each column,
 * the most frequent values, mixed types, and a sample of the rows that could not be read. Reads the
 * JSON as a tree and leaves out what is not there, so it outlives small changes of the result.
 */
public final class ProfileTable {
  private static final int MAX_BAD_ROWS = 5;

  private final int width;

  /** A table no wider than {@code width} cells, if its least columns fit that. */
  public ProfileTable(int width) {
    this.width = width;
  }

  /** The lines of the table. */
  public List<String> lines(JsonNode profile) {
    List<String> lines = new ArrayList<>();
    lines.add(Cells.fit(ProfileSummary.file(profile), width));
    String format = ProfileSummary.format(profile.path("format"));
    if (!format.isEmpty()) {
      lines.add(Cells.fit(format, width));
    }
    if (profile.path("resumed").isObject()) {
      String resumed = ProfileSummary.format(profile.path("resumed"));
      lines.add(Cells.fit("resumed after an interruption: " + resumed, width));
    }
    if (profile.path("columns").size() > 0) {
      lines.add("");
      lines.addAll(ColumnTable.lines(profile, width));
      section(lines, "MOST FREQUENT VALUES", ProfileValues.frequent(profile, width));
      section(lines, "MIXED TYPES", ProfileValues.mixed(profile, width));
    }
    section(lines, badRowsTitle(profile), badRows(profile));
    return lines;
  }

  private static void section(List<String> lines, String title, List<String> content) {
    if (!content.isEmpty()) {
      lines.add("");
      lines.add(title);
      lines.addAll(content);
    }
  }

  private static String badRowsTitle(JsonNode profile) {
    JsonNode bad = profile.path("badRows");
    int sampled = bad.path("sample").size();
    int shown = Math.min(sampled, MAX_BAD_ROWS);
    long all = Math.max(bad.path("count").asLong(0), sampled);
    return "BAD ROWS (" + shown + " of " + Figures.count(all) + ")";
  }

  private List<String> badRows(JsonNode profile) {
    List<String> lines = new ArrayList<>();
    for (JsonNode row : profile.path("badRows").path("sample").values()) {
      if (lines.size() == MAX_BAD_ROWS) {
        break;
      }
      String where = row.path("line").isNumber() ? "line " + row.path("line").asLong() : "";
      String text = row.path("text").asString("");
      lines.add(
          Cells.fit(
              "  "
                  + Cells.left(where, 14)
                  + row.path("reason").asString("")
                  + (text.isEmpty() ? "" : ":  " + text),
              width));
    }
    return lines;
  }
}
