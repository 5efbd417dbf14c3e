package io.millrace.ops.report;

/**
 * Text measured in terminal cells. Combining marks take none, East Asian wide characters and emoji
 * take two, after Unicode Annex 11; the ranges are the common ones, not the whole table.
 */
final class Cells {
  private static final int ESCAPED_TAB = 0x2409;
  private static final int ESCAPED_LINE_FEED = 0x240A;
  private static final int ESCAPED_RETURN = 0x240D;

  private Cells() {}

  /** The number of cells this text takes. */
  static int width(String text) {
    return text.codePoints().map(Cells::width).sum();
  }

  /**
   * At most {@code max} cells of one line: control characters made visible, the rest cut with ….
   */
  static String fit(String text, int max) {
    String line = visible(text);
    if (width(line) <= max) {
      return line;
    }
    StringBuilder cut = new StringBuilder();
    int used = 0;
    int[] points = line.codePoints().toArray();
    for (int point : points) {
      if (used + width(point) > max - 1) {
        break;
      }
      cut.appendCodePoint(point);
      used += width(point);
    }
    return max < 1 ? "" : cut.append('…').toString();
  }

  /** Exactly {@code cells} cells, cut or filled on the right. */
  static String left(String text, int cells) {
    String fitted = fit(text, cells);
    return fitted + " ".repeat(cells - width(fitted));
  }

  /** Exactly {@code cells} cells, cut or filled on the left. */
  static String right(String text, int cells) {
    String fitted = fit(text, cells);
    return " ".repeat(cells - width(fitted)) + fitted;
  }

  /** Line ends, tabs and other controls shown as one printable character each. */
  static String visible(String text) {
    if (text.codePoints().noneMatch(Cells::isUnprintable)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(point -> shown.appendCodePoint(printable(point)));
    return shown.toString();
  }

  private static boolean isUnprintable(int point) {
    return Character.isISOControl(point) || isDirectional(point);
  }

  /** Characters that turn the direction of what follows would shuffle the whole row. */
  private static boolean isDirectional(int point) {
    return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
  }

  private static int printable(int point) {
    return switch (point) {
      case '\t' -> ESCAPED_TAB;
      case '\n' -> ESCAPED_LINE_FEED;
      case '\r' -> ESCAPED_RETURN;
      default -> isUnprintable(point) ? '\uFFFD' : point;
    };
  }

  private static int width(int point) {
    int kind = Character.getType(point);
    if (kind == Character.NON_SPACING_MARK
        || kind == Character.ENCLOSING_MARK
        || kind == Character.FORMAT) {
      return 0;
    }
    return isWide(point) ? 2 : 1;
  }

  private static boolean isWide(int point) {
    return (point >= 0x1100 && point <= 0x115F)
        || (point >= 0x2E80 && point <= 0xA4CF && point != 0x303F)
        || (point >= 0xAC00 && point <= 0xD7A3)
        || (point >= 0xF900 && point <= 0xFAFF)
        || (point >= 0xFE30 && point <= 0xFE6F)
        || (point >= 0xFF00 && point <= 0xFF60)
        || (point >= 0xFFE0 && point <= 0xFFE6)
        || (point >= 0x20000 && point <= 0x3FFFD)
        || Character.isEmojiPresentation(point);
  }
}
