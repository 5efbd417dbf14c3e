package io.millrace.schedule;

/** A timing that cannot be; the message is fit for whoever asked for it. */
public final class BadTimingException extends IllegalArgumentException {
  /** Which part of it is at fault. */
  public enum Field {
    CRON,
    ZONE
  }

  private final Field field;

  BadTimingException(Field field, String message) {
    super(message);
    this.field = field;
  }

  /** The part at fault. */
  public Field field() {
    return field;
  }
}
