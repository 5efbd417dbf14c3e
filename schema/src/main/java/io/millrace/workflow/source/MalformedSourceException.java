package io.millrace.workflow.source;

/** A text that is no document; its message is a sentence for its author. */
public final class MalformedSourceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Place place;

  MalformedSourceException(Place place, String message) {
    super(message);
    this.place = place;
  }

  /** Where reading stopped. */
  public Place place() {
    return place;
  }

  /** What is wrong there. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
