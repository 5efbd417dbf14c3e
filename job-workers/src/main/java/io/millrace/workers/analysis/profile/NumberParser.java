package io.millrace.workers.analysis.profile;

import tools.jackson.core.io.NumberInput;

/**
 * Parses numbers out of a character array. Up to 15 digits and a power of ten up to 22 are exact in
 * doubles, so one multiplication or division rounds correctly (Clinger 1990); the rest goes to
 * Jackson's parser, which needs no string either.
 */
final class NumberParser {
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final int EXACT_DIGITS = 15;
  private static final int LONG_DIGITS = 18;

  double value;
  long integer;
  boolean isLong;
  boolean isInteger;

  private long mantissa;
  private int digits;

  /** True if the text is a number within the range of a double; then the fields hold it. */
  boolean parse(char[] text, int from, int to) {
    int at = from;
    boolean negative = text[at] == '-';
    if (negative || text[at] == '+') {
      at++;
    }
    mantissa = 0;
    digits = 0;
    int point = takeDigits(text, at, to);
    int whole = point - at;
    if (whole > 1 && text[at] == '0') {
      return false;
    }
    if (point == to) {
      return whole > 0 && finishInteger(text, from, to, negative);
    }
    int end = text[point] == '.' ? takeDigits(text, point + 1, to) : point;
    int fraction = end == point ? 0 : end - point - 1;
    if (whole + fraction == 0) {
      return false;
    }
    return finishDecimal(text, from, to, end, fraction, negative);
  }

  private int takeDigits(char[] text, int from, int to) {
    int at = from;
    while (at < to) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (digits < LONG_DIGITS) {
        mantissa = mantissa * 10 + digit;
      }
      // Leading zeros add nothing to what the mantissa has to hold.
      digits += mantissa == 0 ? 0 : 1;
      at++;
    }
    return at;
  }

  private boolean finishInteger(char[] text, int from, int to, boolean negative) {
    isInteger = true;
    isLong = digits <= LONG_DIGITS;
    if (isLong) {
      integer = negative ? -mantissa : mantissa;
      value = integer;
      return true;
    }
    return slow(text, from, to);
  }

  private boolean finishDecimal(
      char[] text, int from, int to, int end, int fraction, boolean negative) {
    isInteger = false;
    isLong = false;
    int exponent = 0;
    if (end < to) {
      if ((text[end] | 0x20) != 'e') {
        return false;
      }
      int at = end + 1;
      boolean minus = at < to && text[at] == '-';
      if (minus || (at < to && text[at] == '+')) {
        at++;
      }
      if (at == to || to - at > 6) {
        return false;
      }
      for (; at < to; at++) {
        int digit = text[at] - '0';
        if (digit < 0 || digit > 9) {
          return false;
        }
        exponent = exponent * 10 + digit;
      }
      exponent = minus ? -exponent : exponent;
    }
    int power = exponent - fraction;
    if (digits <= EXACT_DIGITS && power >= -22 && power <= 22) {
      double exact = power < 0 ? mantissa / POWERS_OF_TEN[-power] : mantissa * POWERS_OF_TEN[power];
      value = negative ? -exact : exact;
      return true;
    }
    return slow(text, from, to);
  }

  private boolean slow(char[] text, int from, int to) {
    try {
      int start = text[from] == '+' ? from + 1 : from;
      value = NumberInput.parseDouble(text, start, to - start, true);
      return Double.isFinite(value);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
