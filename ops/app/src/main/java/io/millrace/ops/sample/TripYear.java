package io.millrace.ops.sample;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.LocalDate;

/** The year of the sample: its days as text, how busy each is, and how busy its hours are. */
final class TripYear {
  static final int DAYS = 365;
  static final int DAY_SECONDS = 86_400;

  /** A bike forgotten on the last day comes back in the next year. */
  private static final int SPARE_DAYS = 5;

  private static final LocalDate FIRST = LocalDate.of(2025, 1, 1);
  private static final int[] WORKING_HOURS = {
    3, 2, 1, 1, 2, 8, 25, 70, 95, 55, 34, 34, 40, 38, 36, 45, 68, 100, 82, 50, 32, 22, 14, 7
  };
  private static final int[] WEEKEND_HOURS = {
    12, 9, 6, 4, 2, 3, 6, 12, 22, 38, 54, 66, 74, 80, 80, 76, 68, 58, 46, 36, 28, 22, 18, 14
  };
  private static final double[] WORKING = cumulative(WORKING_HOURS);
  private static final double[] WEEKEND = cumulative(WEEKEND_HOURS);
  private static final byte[][] ISO = new byte[DAYS + SPARE_DAYS][];
  private static final byte[][] DAY_FIRST = new byte[DAYS + SPARE_DAYS][];
  private static final double[] BUSY = busy();

  static {
    for (int day = 0; day < ISO.length; day++) {
      LocalDate date = FIRST.plusDays(day);
      String iso = date.toString();
      ISO[day] = iso.getBytes(StandardCharsets.US_ASCII);
      DAY_FIRST[day] =
          (iso.substring(8) + "/" + iso.substring(5, 7) + "/" + iso.substring(0, 4))
              .getBytes(StandardCharsets.US_ASCII);
    }
  }

  private TripYear() {}

  /** The day on which this share of the year's trips is reached, from 0. */
  static int dayAt(double share) {
    int low = 0;
    int high = DAYS - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (BUSY[middle] > share) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  static boolean isWeekend(int day) {
    DayOfWeek weekday = FIRST.getDayOfWeek().plus(day);
    return weekday == DayOfWeek.SATURDAY || weekday == DayOfWeek.SUNDAY;
  }

  /** A second of the day, rush hours and weekend afternoons more often. */
  static int secondOf(int day, Draw draw) {
    return draw.pick(isWeekend(day) ? WEEKEND : WORKING) * 3_600 + draw.below(3_600);
  }

  /** {@code 2025-03-14T08:23:11Z}, counted in seconds from the start of the year. */
  static void iso(RowBuffer out, long second) {
    out.bytes(ISO[(int) (second / DAY_SECONDS)]);
    out.ascii('T');
    int rest = (int) (second % DAY_SECONDS);
    out.twoDigits(rest / 3_600);
    out.ascii(':');
    out.twoDigits(rest / 60 % 60);
    out.ascii(':');
    out.twoDigits(rest % 60);
    out.ascii('Z');
  }

  /** {@code 14/03/2025 08:23}. */
  static void dayFirst(RowBuffer out, long second) {
    out.bytes(DAY_FIRST[(int) (second / DAY_SECONDS)]);
    out.ascii(' ');
    int rest = (int) (second % DAY_SECONDS);
    out.twoDigits(rest / 3_600);
    out.ascii(':');
    out.twoDigits(rest / 60 % 60);
  }

  /** Summers are twice as busy as winters. */
  private static double[] busy() {
    double[] cumulative = new double[DAYS];
    double sum = 0;
    for (int day = 0; day < DAYS; day++) {
      sum += 1 + 0.35 * StrictMath.sin(2 * Math.PI * (day - 100) / DAYS);
      cumulative[day] = sum;
    }
    for (int day = 0; day < DAYS; day++) {
      cumulative[day] /= sum;
    }
    return cumulative;
  }

  private static double[] cumulative(int[] weights) {
    double[] cumulative = new double[weights.length];
    long all = 0;
    for (int weight : weights) {
      all += weight;
    }
    long sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      cumulative[i] = (double) sum / all;
    }
    return cumulative;
  }
}
