package io.millrace.api.admission;

import io.millrace.model.Limits;

/**
 * One pass over a JSON text for what its grammar allows and the service cannot keep. It runs before
 * the parser, needs no memory, and leaves every error of grammar to the parser.
 *
 * <ul>
 *   <li>U+0000 and half a surrogate pair: no text in PostgreSQL (its manual, 8.14).
 *   <li>Numbers longer than {@value #MAX_NUMBER_CHARS} characters or with an exponent beyond
 *       {@value #MAX_EXPONENT}: within these, every number is finite as a double and as numeric,
 *       and no conversion of it is expensive.
 *   <li>Nesting deeper than {@link Limits#MAX_JSON_DEPTH}.
 * </ul>
 */
final class JsonText {
  static final int MAX_NUMBER_CHARS = 100;
  static final int MAX_EXPONENT = 200;
  private static final int MAX_EXPONENT_DIGITS = 3;

  private final String text;
  private int depth;

  private JsonText(String text) {
    this.text = text;
  }

  static void check(String text) throws MalformedJsonException {
    new JsonText(text).scan();
  }

  private void scan() throws MalformedJsonException {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at = afterString(at);
      } else if (c == '-' || isDigit(c)) {
        at = afterNumber(at);
      } else {
        count(c, at);
        at++;
      }
    }
  }

  private void count(char c, int at) throws MalformedJsonException {
    if (c == '{' || c == '[') {
      depth++;
      if (depth > Limits.MAX_JSON_DEPTH) {
        throw failure(at, "is nested deeper than " + Limits.MAX_JSON_DEPTH + " levels");
      }
    } else if (c == '}' || c == ']') {
      depth--;
    }
  }

  private int afterString(int quote) throws MalformedJsonException {
    int at = quote + 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        return at + 1;
      }
      at = c == '\\' ? afterEscape(at) : at + 1;
    }
    return at;
  }

  private int afterEscape(int backslash) throws MalformedJsonException {
    int unit = unitAt(backslash);
    if (unit == 0) {
      throw failure(backslash, "has the character \\u0000 in a string, which cannot be stored");
    }
    if (unit < 0 || !Character.isSurrogate((char) unit)) {
      return backslash + 2;
    }
    int second = unitAt(backslash + 6);
    boolean pair =
        Character.isHighSurrogate((char) unit)
            && second > 0
            && Character.isLowSurrogate((char) second);
    if (!pair) {
      throw failure(backslash, "has half a surrogate pair in a string, which is no character");
    }
    return backslash + 12;
  }

  /** The UTF-16 unit of the escape sequence that starts here; -1 when none does. */
  private int unitAt(int backslash) {
    if (backslash + 6 > text.length() || !text.startsWith("\\u", backslash)) {
      return -1;
    }
    int unit = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }

  private int afterNumber(int start) throws MalformedJsonException {
    int at = start + 1;
    int exponent = -1;
    while (at < text.length() && isNumberPart(text.charAt(at))) {
      if (text.charAt(at) == 'e' || text.charAt(at) == 'E') {
        exponent = at + 1;
      }
      at++;
    }
    if (at - start > MAX_NUMBER_CHARS) {
      throw failure(start, "has a number longer than " + MAX_NUMBER_CHARS + " characters");
    }
    if (exponent >= 0 && isTooLarge(text.substring(exponent, at))) {
      throw failure(start, "has a number with an exponent beyond " + MAX_EXPONENT);
    }
    return at;
  }

  private static boolean isTooLarge(String exponent) {
    String digits = exponent.replaceFirst("^[+-]?0*", "");
    return digits.length() > MAX_EXPONENT_DIGITS
        || (digits.matches("\\d+") && Integer.parseInt(digits) > MAX_EXPONENT);
  }

  private static boolean isNumberPart(char c) {
    return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private MalformedJsonException failure(int at, String detail) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < at; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new MalformedJsonException(line, at - lineStart + 1, "the document " + detail);
  }
}
