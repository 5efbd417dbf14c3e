package io.millrace.ops.scale.policy;

import io.millrace.ops.scale.policy.Policy.Check;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A least number of workers on some days of the week at some hours.
 *
 * @param days at least one; a span over midnight belongs to the day it begins on
 * @param from first moment
 * @param to first moment after; not later than {@code from} means on the next day
 * @param zone whose days and hours they are
 * @param workers at least 1
 */
public record Floor(
    Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone, int workers) {
  private static final List<String> NAMES =
      List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final String FORM = "DAYS HH:MM-HH:MM ZONE WORKERS, as in mon-fri 08:00-18:00 UTC 4";

  public Floor {
    Check.that(!days.isEmpty(), "days", days, "at least one day");
    Check.that(workers >= 1, "workers", workers, "1 or more");
    days = Set.copyOf(days);
  }

  /**
   * Reads {@code mon-fri 08:00-18:00 Europe/Berlin 4}; days are joined by commas and hyphens.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  public static Floor parse(String text) {
    String[] parts = text.strip().split("\\s+");
    if (parts.length != 4) {
      throw new IllegalArgumentException("floor \"" + text + "\" must have the form " + FORM);
    }
    String[] hours = parts[1].split("-");
    try {
      if (hours.length != 2) {
        throw new IllegalArgumentException("hours " + parts[1] + " must be HH:MM-HH:MM");
      }
      return new Floor(
          days(parts[0]),
          LocalTime.parse(hours[0]),
          LocalTime.parse(hours[1]),
          ZoneId.of(parts[2]),
          Integer.parseInt(parts[3]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "floor \"" + text + "\": workers " + parts[3] + " is not a whole number", e);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IllegalArgumentException("floor \"" + text + "\": " + e.getMessage(), e);
    }
  }

  boolean holdsAt(long atMillis) {
    ZonedDateTime at = Instant.ofEpochMilli(atMillis).atZone(zone);
    LocalTime time = at.toLocalTime();
    if (from.isBefore(to)) {
      return days.contains(at.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(to);
    }
    return (days.contains(at.getDayOfWeek()) && !time.isBefore(from))
        || (days.contains(at.getDayOfWeek().minus(1)) && time.isBefore(to));
  }

  private static Set<DayOfWeek> days(String text) {
    EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String span : text.toLowerCase(Locale.ROOT).split(",")) {
      String[] ends = span.split("-");
      DayOfWeek first = day(ends[0]);
      DayOfWeek last = day(ends[ends.length - 1]);
      for (DayOfWeek day = first; ; day = day.plus(1)) {
        days.add(day);
        if (day == last) {
          break;
        }
      }
    }
    return days;
  }

  private static DayOfWeek day(String name) {
    int index = NAMES.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("day " + name + " is none of " + String.join(", ", NAMES));
    }
    return DayOfWeek.of(index + 1);
  }
}
