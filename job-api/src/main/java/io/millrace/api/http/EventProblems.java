package io.millrace.api.http;

import io.millrace.document.FieldError;
import java.util.List;

/** The problems of following a job. */
final class EventProblems {
  private EventProblems() {}

  /** A query parameter or header that is no number in its range. */
  static ProblemException badNumber(String name, String value, int min, int max) {
    String shown = value.length() > 40 ? value.substring(0, 40) + "…" : value;
    String detail =
        "%s is \"%s\"; it must be a whole number from %d to %d"
            .formatted(name, shown.replaceAll("[^\\x20-\\x7e…]", "?"), min, max);
    return new ProblemException(
        400,
        "invalid-parameter",
        "A parameter cannot be used",
        detail,
        List.of(new FieldError("#/" + name, detail)),
        null);
  }

  static ProblemException tooMany(int watchers) {
    return new ProblemException(
        503,
        "too-many-watchers",
        "No more streams are opened at the moment",
        "%d streams and waiting requests are open in this process, or it is stopping; come back later"
            .formatted(watchers),
        List.of(),
        2);
  }
}
