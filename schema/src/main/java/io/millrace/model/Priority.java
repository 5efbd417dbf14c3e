package io.millrace.model;

import java.util.Locale;

/** How soon a job is handed out among the jobs of its pool; each has Kafka topics of its own. */
public enum Priority {
  CRITICAL,
  HIGH,
  NORMAL,
  LOW;

  /** The name in JSON, topic names and configuration: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The number kept in the database, 0 (critical) to 3 (low). */
  public short code() {
    return (short) ordinal();
  }

  /**
   * The inverse of {@link #code()}.
   *
   * @throws IllegalArgumentException when the code is outside 0..3
   */
  public static Priority ofCode(int code) {
    if (code < 0 || code >= values().length) {
      throw new IllegalArgumentException("priority code " + code + " is outside 0..3");
    }
    return values()[code];
  }
}
