package io.millrace.workflow.expression;

import java.util.ArrayList;
import java.util.List;

/**
 * A text of a template, taken apart at its {@code ${…}}. Braces inside of an expression and in its
 * texts do not end it.
 *
 * @param pieces in their order
 */
record TemplateText(List<Piece> pieces) {
  static final String OPEN = "${";

  /** A part of the text. */
  sealed interface Piece {}

  /** What stands for itself. */
  record Plain(String text) implements Piece {}

  /** What is between the braces. */
  record Source(String text) implements Piece {}

  /** Takes a text apart. */
  static TemplateText of(String text) throws BadExpressionException {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("$" + OPEN, at)) {
        plain.append(OPEN);
        at += 3;
      } else if (text.startsWith(OPEN, at)) {
        int end = end(text, at + 2);
        flush(plain, pieces);
        pieces.add(new Source(text.substring(at + 2, end).strip()));
        at = end + 1;
      } else {
        plain.append(text.charAt(at));
        at++;
      }
    }
    flush(plain, pieces);
    return new TemplateText(pieces);
  }

  private static void flush(StringBuilder plain, List<Piece> pieces) {
    if (!plain.isEmpty()) {
      pieces.add(new Plain(plain.toString()));
      plain.setLength(0);
    }
  }

  private static int end(String text, int start) throws BadExpressionException {
    int open = 0;
    int at = start;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '}' && open == 0) {
        return at;
      }
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      at = c == '"' || c == '\'' ? afterLiteral(text, start, at) : at + 1;
    }
    throw new BadExpressionException("${ is never closed; write $${ for a plain ${", start - 2);
  }

  /** CEL's literals: in one or three quotes, and raw after an r. */
  private static int afterLiteral(String text, int start, int quote) {
    String mark = text.substring(quote, quote + 1);
    String delimiter = text.startsWith(mark.repeat(3), quote) ? mark.repeat(3) : mark;
    boolean raw = isRaw(text, start, quote);
    int at = quote + delimiter.length();
    while (at < text.length() && !text.startsWith(delimiter, at)) {
      at += text.charAt(at) == '\\' && !raw ? 2 : 1;
    }
    return at + delimiter.length();
  }

  private static boolean isRaw(String text, int start, int quote) {
    int at = quote - 1;
    boolean raw = false;
    while (at >= start && "rRbB".indexOf(text.charAt(at)) >= 0) {
      raw |= text.charAt(at) == 'r' || text.charAt(at) == 'R';
      at--;
    }
    return raw && (at < start || !Character.isJavaIdentifierPart(text.charAt(at)));
  }
}
