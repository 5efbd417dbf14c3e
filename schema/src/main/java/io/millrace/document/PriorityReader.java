package io.millrace.document;

import io.millrace.model.Priority;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads {@code priority}. */
public final class PriorityReader {
  private PriorityReader() {}

  /** The priority; empty when none is given, or a bad one. */
  public static Optional<Priority> read(Fields body) {
    Optional<String> name = body.text("priority");
    for (Priority priority : Priority.values()) {
      if (name.isPresent() && priority.wireName().equals(name.get())) {
        return Optional.of(priority);
      }
    }
    name.ifPresent(
        n ->
            body.fault(
                "priority",
                "priority must be one of "
                    + Arrays.stream(Priority.values())
                        .map(Priority::wireName)
                        .collect(Collectors.joining(", "))));
    return Optional.empty();
  }
}
