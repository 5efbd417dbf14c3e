package io.millrace.workers.analysis.profile;

import io.millrace.workers.analysis.read.CellHint;
import org.jspecify.annotations.Nullable;

/**
 * Says what a cell is and what it is worth, without making an object of it: {@link #parse} leaves
 * the answer in the fields. Spaces around a value do not count.
 *
 * <ul>
 *   <li>null: empty, {@code null}, {@code NA}, {@code N/A}, {@code #N/A}, {@code NaN}, {@code
 *       none}, {@code \N}, in any case; in JSON only null itself
 *   <li>integer: digits with a sign or none; a leading zero makes it a string, since it is part of
 *       a code more often than of a number
 *   <li>decimal: with a point or an exponent; within the range of a double
 *   <li>boolean: true, false, yes, no, in any case
 *   <li>date: {@code yyyy-MM-dd} or {@code yyyy/MM/dd}; timestamp: a date, {@code T} or a space,
 *       {@code HH:mm[:ss[.fraction]]}, and {@code Z}, an offset, or neither
 * </ul>
 */
final class CellParser {
  /** Longest text taken for a number, in characters; longer ones are strings. */
  private static final int MAX_NUMBER_CHARS = 64;

  private final NumberParser numbers = new NumberParser();
  private final TimeParser times = new TimeParser();

  /** Where the value starts, without spaces. */
  int from;

  /** Where it ends. */
  int to;

  /** The value of a number. */
  double number;

  /** The exact value of an integer, if {@link #isLong}. */
  long integer;

  /** Whether the number is an integer that fits into 64 bits. */
  boolean isLong;

  /** Microseconds since 1970 of a date or timestamp, in UTC unless it named no offset. */
  long micros;

  /** The kind of the cell {@code text[start, end)}, null for a null. */
  @Nullable CellKind parse(char[] text, int start, int end, byte hint) {
    from = start;
    to = end;
    isLong = false;
    while (from < to && text[from] <= ' ') {
      from++;
    }
    while (to > from && text[to - 1] <= ' ') {
      to--;
    }
    return switch (hint) {
      case CellHint.TEXT -> from == to ? null : ofText(text);
      case CellHint.STRING -> ofString(text);
      case CellHint.NUMBER -> isNumber(text) ? numberKind() : CellKind.STRING;
      case CellHint.BOOLEAN -> CellKind.BOOLEAN;
      case CellHint.NULL -> null;
      case CellHint.OBJECT -> CellKind.OBJECT;
      case CellHint.ARRAY -> CellKind.ARRAY;
      default -> throw new IllegalArgumentException("cell hint " + hint);
    };
  }

  private @Nullable CellKind ofText(char[] text) {
    char c = text[from];
    if (c <= '9' && c >= '+') {
      if (isNumber(text)) {
        return numberKind();
      }
      return ofString(text);
    }
    if (isWord(text, 'n')) {
      if (matches(text, "na")
          || matches(text, "null")
          || matches(text, "n/a")
          || matches(text, "nan")
          || matches(text, "none")) {
        return null;
      }
      return matches(text, "no") ? CellKind.BOOLEAN : CellKind.STRING;
    }
    if ((isWord(text, 't') && matches(text, "true"))
        || (isWord(text, 'f') && matches(text, "false"))
        || (isWord(text, 'y') && matches(text, "yes"))) {
      return CellKind.BOOLEAN;
    }
    return (c == '\\' && matches(text, "\\n")) || (c == '#' && matches(text, "#n/a"))
        ? null
        : CellKind.STRING;
  }

  private CellKind ofString(char[] text) {
    CellKind time = times.parse(text, from, to);
    if (time == null) {
      return CellKind.STRING;
    }
    micros = times.micros;
    return time;
  }

  private boolean isNumber(char[] text) {
    if (to - from > MAX_NUMBER_CHARS || !numbers.parse(text, from, to)) {
      return false;
    }
    number = numbers.value;
    integer = numbers.integer;
    isLong = numbers.isLong;
    return true;
  }

  private CellKind numberKind() {
    return numbers.isInteger ? CellKind.INTEGER : CellKind.DECIMAL;
  }

  private boolean isWord(char[] text, char lowerFirst) {
    return (text[from] | 0x20) == lowerFirst && to - from <= 5;
  }

  /** Compares without regard to the case of ASCII letters. */
  private boolean matches(char[] text, String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      char c = text[from + i];
      char folded = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
      if (folded != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
