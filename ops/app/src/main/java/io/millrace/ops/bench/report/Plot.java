package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.report.Figures;
import java.util.Locale;
import java.util.Map;

/** What all drawings of the page have in common: frame, grid, labels, legend. */
final class Plot {
  static final double WIDTH = 460;
  static final double HEIGHT = 264;
  static final double LEFT = 62;
  static final double TOP = 42;
  static final double RIGHT = WIDTH - 16;
  static final double BOTTOM = HEIGHT - 44;

  private static final double LEGEND_CHAR = 6.8;
  private static final double LEGEND_ROW = 16;

  private Plot() {}

  /** Opens the drawing, with a title for those who do not see it. */
  static void begin(Markup page, String title, double width, double height) {
    page.open(
        "svg",
        "viewBox",
        "0 0 " + Markup.at(width) + " " + Markup.at(height),
        "role",
        "img",
        "aria-label",
        title);
    page.leaf("title", title);
  }

  /** Grid, ticks and names of both axes. */
  static void frame(Markup page, Axis x, String xName, Axis y, String yName) {
    for (double tick : y.ticks()) {
      gridAcross(page, y.place(tick), LEFT, RIGHT);
      label(page, LEFT - 6, y.place(tick) + 4, "end", tick(tick));
    }
    for (double tick : x.ticks()) {
      gridDown(page, x.place(tick), TOP, BOTTOM);
      label(page, x.place(tick), BOTTOM + 15, "middle", tick(tick));
    }
    label(page, (LEFT + RIGHT) / 2, BOTTOM + 34, "middle", xName);
    double middle = (TOP + BOTTOM) / 2;
    page.leaf(
        "text",
        yName,
        "class",
        "label",
        "text-anchor",
        "middle",
        "x",
        "12",
        "y",
        Markup.at(middle),
        "transform",
        "rotate(-90 12 " + Markup.at(middle) + ")");
  }

  /** The systems' names in their colours, above the plot. */
  static void legend(Markup page, Palette palette, Iterable<String> systems) {
    double x = LEFT;
    double y = 2;
    for (String system : systems) {
      double width = 14 + system.length() * LEGEND_CHAR;
      if (x > LEFT && x + width > WIDTH) {
        x = LEFT;
        y += LEGEND_ROW;
      }
      page.empty(
          "rect",
          "class",
          "bar " + palette.of(system),
          "x",
          Markup.at(x),
          "y",
          Markup.at(y),
          "width",
          "10",
          "height",
          "10",
          "rx",
          "2");
      label(page, x + 14, y + 9, "start", system);
      x += width + 12;
    }
  }

  static void gridDown(Markup page, double x, double from, double to) {
    line(page, x, from, x, to);
  }

  static void gridAcross(Markup page, double y, double from, double to) {
    line(page, from, y, to, y);
  }

  static void label(Markup page, double x, double y, String anchor, String text) {
    page.leaf(
        "text",
        text,
        "class",
        "label",
        "text-anchor",
        anchor,
        "x",
        Markup.at(x),
        "y",
        Markup.at(y));
  }

  /** Short: {@code 0.5}, {@code 200}, {@code 20k}. */
  static String tick(double number) {
    boolean whole = Math.abs(number) >= 1_000 || number == Math.rint(number);
    return whole
        ? Figures.compact(Math.round(number)).replaceFirst("\\.0+(?=[kMGT])", "")
        : String.format(Locale.ROOT, "%.5f", number).replaceFirst("0+$", "");
  }

  /** Of an axis. */
  static String name(Unit unit) {
    return switch (unit) {
      case PER_SECOND -> "per second";
      case MILLIS -> "milliseconds";
      case SECONDS -> "seconds";
      case BYTES -> "bytes";
      case KIB -> "KiB";
      case MIB -> "MiB";
      case COUNT -> "count";
      case RATIO -> "ratio";
    };
  }

  static String words(String title, Map<String, String> bySystem) {
    StringBuilder words = new StringBuilder(title);
    bySystem.forEach((system, said) -> words.append("; ").append(system).append(' ').append(said));
    return words.toString();
  }

  private static void line(Markup page, double x1, double y1, double x2, double y2) {
    page.empty(
        "line",
        "class",
        "grid",
        "x1",
        Markup.at(x1),
        "y1",
        Markup.at(y1),
        "x2",
        Markup.at(x2),
        "y2",
        Markup.at(y2));
  }
}
