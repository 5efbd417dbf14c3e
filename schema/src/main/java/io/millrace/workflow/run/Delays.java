package io.millrace.workflow.run;

import io.millrace.model.Limits;
import io.millrace.workflow.plan.ExpressionException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations and instants out of the values that templates give. */
final class Delays {
  private static final Pattern SHORT = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private Delays() {}

  /** Seconds as a number, or text such as {@code 90s} or {@code PT10M}; 0 to 366 days. */
  static Duration duration(@Nullable Object value) throws ExpressionException {
    Duration found =
        switch (value) {
          case Long seconds -> seconds(seconds);
          case Double seconds -> seconds(seconds);
          case String text -> parsed(text);
          case null, default -> null;
        };
    if (found == null || found.isNegative() || found.compareTo(LONGEST) > 0) {
      throw new ExpressionException(
          "sleep: "
              + shown(value)
              + " is no duration from 0 to 366 days, such as 90s, 2h, PT10M or a number of"
              + " seconds");
    }
    return found;
  }

  private static @Nullable Duration seconds(double seconds) {
    double millis = seconds * 1000;
    return millis >= 0 && millis <= Limits.MAX_AHEAD_MILLIS
        ? Duration.ofMillis(Math.round(millis))
        : null;
  }

  private static @Nullable Duration parsed(String text) {
    Matcher matcher = SHORT.matcher(text);
    try {
      if (!matcher.matches()) {
        return Duration.parse(text);
      }
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  /** ISO 8601 with an offset or Z; years 0 to 9999. */
  static Instant instant(@Nullable Object value) throws ExpressionException {
    try {
      if (value instanceof String text) {
        Instant instant = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
        if (!instant.isBefore(FIRST) && !instant.isAfter(LAST)) {
          return instant;
        }
      }
    } catch (DateTimeException e) {
      // Said below, as of all that is no instant.
    }
    throw new ExpressionException(
        "until: " + shown(value) + " is no instant, such as 2026-05-01T08:00:00Z");
  }

  /** A value in a message. */
  static String shown(@Nullable Object value) {
    String text = value instanceof String ? '"' + value.toString() + '"' : String.valueOf(value);
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
