package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.report.Figures;
import java.util.Map;

/** One figure of several systems, a horizontal bar each. */
final class BarChart {
  private static final double WIDTH = 460;
  private static final double LEFT = 116;
  private static final double RIGHT = 78;
  private static final double ROW = 26;
  private static final double BAR = 16;
  private static final double FOOT = 40;

  private BarChart() {}

  /**
   * Draws them.
   *
   * @param figures by system, at least one
   */
  static void draw(Markup page, Palette palette, String title, Map<String, Figure> figures) {
    Unit unit = figures.values().iterator().next().unit();
    double bottom = figures.size() * ROW + 4;
    double most = figures.values().stream().mapToDouble(Figure::value).max().orElse(1);
    Axis axis = Axis.linear(most, LEFT, WIDTH - RIGHT);
    Plot.begin(page, title + ": " + words(figures), WIDTH, bottom + FOOT);
    for (double tick : axis.ticks()) {
      Plot.gridDown(page, axis.place(tick), 0, bottom);
      Plot.label(page, axis.place(tick), bottom + 14, "middle", Plot.tick(tick));
    }
    String better = unit.higherIsBetter() ? "longer is better" : "shorter is better";
    String name = unit.sign().isEmpty() ? "count" : Plot.name(unit);
    Plot.label(page, (LEFT + WIDTH - RIGHT) / 2, bottom + 32, "middle", name + ", " + better);
    double y = 4;
    for (Map.Entry<String, Figure> entry : figures.entrySet()) {
      double end = axis.place(entry.getValue().value());
      Plot.label(page, LEFT - 8, y + 12, "end", entry.getKey());
      page.empty(
          "rect",
          "class",
          "bar " + palette.of(entry.getKey()),
          "x",
          Markup.at(LEFT),
          "y",
          Markup.at(y),
          "width",
          Markup.at(Math.max(end - LEFT, 0.5)),
          "height",
          Markup.at(BAR),
          "rx",
          "2");
      page.leaf(
          "text",
          Bound.amount(entry.getValue().value(), unit),
          "class",
          "value",
          "x",
          Markup.at(end + 6),
          "y",
          Markup.at(y + 12));
      y += ROW;
    }
    page.close();
  }

  private static String words(Map<String, Figure> figures) {
    StringBuilder words = new StringBuilder();
    figures.forEach(
        (system, figure) ->
            words
                .append(words.isEmpty() ? "" : ", ")
                .append(system)
                .append(' ')
                .append(Figures.number(figure.value())));
    return words.toString();
  }
}
