package io.millrace.boot;

import java.time.Duration;

/** Refuses configuration values outside their range, in words that name key, value and reason. */
public final class Checked {
  private Checked() {}

  /**
   * Checks a number.
   *
   * @param why the reason for the range, a clause after "because"
   * @throws ConfigurationRefusedException when it is outside {@code min..max}
   */
  public static int range(String key, int value, int min, int max, String why) {
    if (value < min || value > max) {
      throw new ConfigurationRefusedException(
          "%s is %d; it must be %d to %d, because %s".formatted(key, value, min, max, why));
    }
    return value;
  }

  /**
   * Checks a duration.
   *
   * @throws ConfigurationRefusedException when it is outside {@code min..max}
   */
  public static Duration range(String key, Duration value, Duration min, Duration max, String why) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new ConfigurationRefusedException(
          "%s is %s; it must be %s to %s, because %s".formatted(key, value, min, max, why));
    }
    return value;
  }

  /**
   * Checks that a text is there.
   *
   * @throws ConfigurationRefusedException when it is blank
   */
  public static String present(String key, String value, String why) {
    if (value.isBlank()) {
      throw new ConfigurationRefusedException("%s is not set; %s".formatted(key, why));
    }
    return value;
  }
}
