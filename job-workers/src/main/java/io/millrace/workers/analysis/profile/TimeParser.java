package io.millrace.workers.analysis.profile;

import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/** Parses dates and timestamps out of a character array; see {@link CellParser} for the forms. */
final class TimeParser {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int DATE_CHARS = 10;

  /** Microseconds since 1970. */
  long micros;

  private int at;

  /** DATE or TIMESTAMP, or null if it is neither. */
  @Nullable CellKind parse(char[] text, int from, int to) {
    if (to - from < DATE_CHARS || !isDate(text, from)) {
      return null;
    }
    if (to - from == DATE_CHARS) {
      return CellKind.DATE;
    }
    char separator = text[from + DATE_CHARS];
    at = from + DATE_CHARS + 1;
    boolean timed = (separator == 'T' || separator == ' ') && time(text, to) && offset(text, to);
    return timed ? CellKind.TIMESTAMP : null;
  }

  private boolean isDate(char[] text, int from) {
    char separator = text[from + 4];
    if ((separator != '-' && separator != '/') || text[from + 7] != separator) {
      return false;
    }
    int year = two(text, from) * 100 + two(text, from + 2);
    int month = two(text, from + 5);
    int day = two(text, from + 8);
    if (two(text, from) < 0 || two(text, from + 2) < 0 || month < 1 || month > 12 || day < 1) {
      return false;
    }
    if (day > 28 && day > YearMonth.of(year, month).lengthOfMonth()) {
      return false;
    }
    micros = epochDay(year, month, day) * 86_400 * MICROS_PER_SECOND;
    return true;
  }

  /** As {@link LocalDate#toEpochDay}, without the object. */
  private static long epochDay(int year, int month, int day) {
    long y = year;
    long days = 365 * y + (y + 3) / 4 - (y + 99) / 100 + (y + 399) / 400;
    days += (367L * month - 362) / 12 + day - 1;
    if (month > 2) {
      days -= Year.isLeap(year) ? 1 : 2;
    }
    return days - 719_528;
  }

  private boolean time(char[] text, int to) {
    if (to - at < 5 || text[at + 2] != ':') {
      return false;
    }
    int hour = two(text, at);
    int minute = two(text, at + 3);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return false;
    }
    micros += (hour * 3600L + minute * 60L) * MICROS_PER_SECOND;
    at += 5;
    if (at == to || text[at] != ':') {
      return true;
    }
    int second = to - at < 3 ? -1 : two(text, at + 1);
    if (second < 0 || second > 59) {
      return false;
    }
    micros += second * MICROS_PER_SECOND;
    at += 3;
    return at == to || text[at] != '.' || fraction(text, to);
  }

  private boolean fraction(char[] text, int to) {
    int start = ++at;
    long unit = MICROS_PER_SECOND / 10;
    while (at < to && text[at] >= '0' && text[at] <= '9') {
      micros += (text[at] - '0') * unit;
      unit /= 10;
      at++;
    }
    return at > start && at - start <= 9;
  }

  private boolean offset(char[] text, int to) {
    if (at == to) {
      return true;
    }
    char sign = text[at++];
    if (sign == 'Z') {
      return at == to;
    }
    if ((sign != '+' && sign != '-') || to - at < 2) {
      return false;
    }
    int hours = two(text, at);
    at += 2;
    if (at < to && text[at] == ':') {
      at++;
    }
    int minutes = at == to ? 0 : to - at == 2 ? two(text, at) : -1;
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return false;
    }
    long seconds = hours * 3600L + minutes * 60L;
    micros -= (sign == '+' ? seconds : -seconds) * MICROS_PER_SECOND;
    return true;
  }

  /** Two digits, or -1000 if they are not. */
  private static int two(char[] text, int at) {
    int tens = text[at] - '0';
    int ones = text[at + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1000 : tens * 10 + ones;
  }
}
