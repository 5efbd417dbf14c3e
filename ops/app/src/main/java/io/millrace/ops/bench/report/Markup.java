package io.millrace.ops.bench.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * HTML and SVG in the making. Text and attributes are escaped here, so that no caller can forget
 * it; names of elements and attributes are the program's own.
 */
final class Markup {
  private final StringBuilder written = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** A document without content. */
  static Markup document() {
    Markup markup = new Markup();
    markup.written.append("<!DOCTYPE html>\n");
    return markup;
  }

  /** Begins an element; attributes are names and values in turn. */
  Markup open(String element, String... attributes) {
    tag(element, attributes);
    written.append('>');
    open.push(element);
    return this;
  }

  /** Ends the element that was begun last. */
  Markup close() {
    written.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element that holds nothing, of HTML's void elements or of SVG. */
  Markup empty(String element, String... attributes) {
    tag(element, attributes);
    written.append("/>");
    return this;
  }

  /** An element that holds only text. */
  Markup leaf(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  Markup text(String text) {
    escape(text);
    return this;
  }

  /** The program's own style sheet, as it is. */
  Markup style(String css) {
    written.append("<style>").append(css).append("</style>\n");
    return this;
  }

  /** A coordinate, with one digit behind the point. */
  static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not ended: " + open);
    }
    return written.toString();
  }

  private void tag(String element, String... attributes) {
    written.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      written.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      written.append('"');
    }
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> written.append("&amp;");
                case '<' -> written.append("&lt;");
                case '>' -> written.append("&gt;");
                case '"' -> written.append("&quot;");
                case '\'' -> written.append("&#39;");
                default -> written.appendCodePoint(printable(point));
              }
            });
  }

  /** What neither HTML nor a reader has a use for becomes the replacement character. */
  private static int printable(int point) {
    boolean space = point == '\n' || point == '\t';
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return (Character.isISOControl(point) && !space) || surrogate ? 0xFFFD : point;
  }
}
