package io.millrace.ops.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them: grouped, rounded to what matters, with a unit. */
public final class Figures {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final String[] COUNT_UNITS = {"", "k", "M", "G", "T"};
  private static final long COMPACT_FROM = 10_000;
  private static final double PLAIN_FROM = 1e-4;
  private static final double PLAIN_TO = 1e9;
  private static final int DIGITS = 4;

  private Figures() {}

  /** {@code 1234567} as {@code 1,234,567}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 998112} as {@code 998k}: three digits and a unit from 10,000 on. */
  public static String compact(long number) {
    double size = number;
    int unit = 0;
    if (Math.abs(number) < COMPACT_FROM) {
      return count(number);
    }
    while (Math.abs(size) >= 999.5 && unit < COUNT_UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    int decimals = Math.abs(size) >= 99.95 ? 0 : Math.abs(size) >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", size, COUNT_UNITS[unit]);
  }

  /** Four significant digits, grouped; very large and very small numbers in E notation. */
  public static String number(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    if (number == Math.rint(number) && Math.abs(number) < PLAIN_TO) {
      return count((long) number);
    }
    double size = Math.abs(number);
    if (size < PLAIN_FROM || size >= PLAIN_TO) {
      return String.format(Locale.ROOT, "%.2e", number);
    }
    int wholeDigits = size < 1 ? 1 : (int) Math.log10(size) + 1;
    if (wholeDigits >= DIGITS) {
      return String.format(Locale.ROOT, "%,.0f", number);
    }
    return new BigDecimal(number)
        .round(new MathContext(DIGITS, RoundingMode.HALF_EVEN))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** A share of 1 in percent: {@code 0%}, {@code <0.1%}, {@code 2.5%}, {@code 100%}. */
  public static String percent(double share) {
    double percent = share * 100;
    if (percent > 0 && percent < 0.1) {
      return "<0.1%";
    }
    if (percent == Math.rint(percent)) {
      return String.format(Locale.ROOT, "%.0f%%", percent);
    }
    return String.format(Locale.ROOT, "%.1f%%", percent < 100 ? Math.min(percent, 99.9) : percent);
  }

  /** {@code 101056789} as {@code 101 MB}; units of 1000. */
  public static String bytes(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 999.5 && unit < BYTE_UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    String pattern = unit == 0 || size >= 99.95 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, pattern, size, BYTE_UNITS[unit]);
  }

  /** {@code 420 ms}, {@code 3.4 s}, {@code 2 min 05 s}, {@code 3 h 20 min}. */
  public static String millis(long millis) {
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 59_950) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long seconds = (millis + 500) / 1000;
    if (seconds < 3_600) {
      return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", seconds / 3_600, seconds % 3_600 / 60);
  }
}
