package io.millrace.model;

/** When a schedule fires. */
public sealed interface Timing {
  /**
   * At the local times a cron expression names.
   *
   * @param expression five fields, or six with seconds first
   * @param zone an IANA time zone, such as {@code Europe/Berlin}
   */
  record Cron(String expression, String zone) implements Timing {}

  /**
   * At fixed intervals, counted from when the schedule was created.
   *
   * @param millis at least 1,000
   */
  record Every(long millis) implements Timing {}
}
