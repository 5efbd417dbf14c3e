package io.millrace.workflow.profile;

import java.util.EnumMap;
import java.util.Map;

/** Milliseconds by what they were spent on. Grows while it is worked out; not thread-safe. */
public final class Parts {
  private final long[] millis = new long[Part.values().length];

  void add(Part part, long more) {
    millis[part.ordinal()] += more;
  }

  /** Adds all parts of another. */
  public void add(Parts other) {
    for (int i = 0; i < millis.length; i++) {
      millis[i] += other.millis[i];
    }
  }

  /** Time spent on a part. */
  public long of(Part part) {
    return millis[part.ordinal()];
  }

  /** All of it. */
  public long total() {
    long sum = 0;
    for (long part : millis) {
      sum += part;
    }
    return sum;
  }

  /** Those that took any time, in their order. */
  public Map<Part, Long> shown() {
    Map<Part, Long> shown = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      if (of(part) > 0) {
        shown.put(part, of(part));
      }
    }
    return shown;
  }
}
