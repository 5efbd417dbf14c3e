package io.millrace.document;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object; what does not fit is a fault, and the field counts as not given.
 *
 * @param object a JSON object
 * @param at its place, {@code #} or {@code #/retry}
 */
public record Fields(JsonNode object, String at, Faults faults) {
  /** The place of a field. */
  public String pointer(String field) {
    return at + "/" + Names.escaped(field);
  }

  public void fault(String field, String detail) {
    faults.add(pointer(field), detail);
  }

  public boolean has(String field) {
    return object.has(field);
  }

  /** Every name outside of these is a fault. */
  public void allow(Set<String> names) {
    for (String name : object.propertyNames()) {
      if (!names.contains(name)) {
        String hint = NearName.of(name, names).map(n -> "; did you mean " + n + "?").orElse("");
        fault(name, "there is no field of this name" + hint);
      }
    }
  }

  public Optional<String> text(String field) {
    JsonNode node = object.get(field);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isString()) {
      fault(field, field + " must be a string");
      return Optional.empty();
    }
    return Optional.of(node.stringValue());
  }

  public OptionalInt integer(String field, int least, int most) {
    JsonNode node = object.get(field);
    if (node == null) {
      return OptionalInt.empty();
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < least
        || node.intValue() > most) {
      fault(field, "%s must be an integer, %d to %d".formatted(field, least, most));
      return OptionalInt.empty();
    }
    return OptionalInt.of(node.intValue());
  }

  public Optional<Double> number(String field, double least, double most) {
    JsonNode node = object.get(field);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isNumber() || !(node.doubleValue() >= least && node.doubleValue() <= most)) {
      fault(field, "%s must be a number, %s to %s".formatted(field, least, most));
      return Optional.empty();
    }
    return Optional.of(node.doubleValue());
  }

  /** A duration; the bounds are shown as people write them. */
  public Optional<Duration> duration(String field, Duration least, Duration most) {
    Optional<String> text = text(field);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> duration = Durations.parse(text.get());
    if (duration.isEmpty()) {
      fault(field, field + " must be a duration such as 90s, 10m or PT1H30M");
    } else if (duration.get().compareTo(least) < 0 || duration.get().compareTo(most) > 0) {
      fault(
          field,
          "%s must be %s to %s".formatted(field, Durations.show(least), Durations.show(most)));
      return Optional.empty();
    }
    return duration;
  }

  /** A point in time with its offset from UTC. */
  public Optional<Instant> instant(String field) {
    return text(field)
        .flatMap(
            text -> {
              Optional<Instant> instant = parse(text);
              if (instant.isEmpty()) {
                fault(
                    field,
                    field + " must be a time with its offset, such as 2030-01-31T08:00:00+01:00");
              }
              return instant;
            });
  }

  public static Optional<Instant> parse(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
