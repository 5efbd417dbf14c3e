package io.millrace.ops.bench.report;

import java.util.List;
import java.util.Map;

/** A table of the page; numbers are set to the right. */
final class Sheet {
  private Sheet() {}

  /**
   * Writes one.
   *
   * @param caption what is in it
   * @param texts how many of the first columns hold text; the others hold numbers
   */
  static void write(
      Markup page, String caption, int texts, List<String> header, List<List<String>> rows) {
    page.open("div", "class", "scroll").open("table");
    page.leaf("caption", caption);
    page.open("thead").open("tr");
    for (int i = 0; i < header.size(); i++) {
      page.leaf("th", header.get(i), "scope", "col", "class", i < texts ? "text" : "number");
    }
    page.close().close().open("tbody");
    for (List<String> row : rows) {
      page.open("tr");
      for (int i = 0; i < row.size(); i++) {
        cell(page, row.get(i), i, texts);
      }
      page.close();
    }
    page.close().close().close();
  }

  /** A table of names and values. */
  static void pairs(Markup page, String caption, Map<String, String> pairs) {
    write(
        page,
        caption,
        2,
        List.of("name", "value"),
        pairs.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> List.of(e.getKey(), e.getValue()))
            .toList());
  }

  private static void cell(Markup page, String text, int column, int texts) {
    if (column == 0) {
      page.leaf("th", text, "scope", "row", "class", "text");
    } else {
      page.leaf("td", text, "class", column < texts ? "text" : "number");
    }
  }
}
