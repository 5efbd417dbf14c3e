package io.millrace.api.http;

import io.millrace.document.FieldError;
import io.millrace.model.DeadLetterFilter;
import io.millrace.model.ErrorKind;
import io.millrace.model.Limits;
import io.millrace.store.DeadLetterStore.After;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a list of dead letters is asked for.
 *
 * @param limit most letters, 1 to {@value #MAX_LIMIT}
 * @param shown the filter as the caller gave it, for the link to the next page
 */
record DeadLetterQuery(DeadLetterFilter filter, @Nullable After after, int limit, String shown) {
  static final int MAX_LIMIT = 200;
  static final int DEFAULT_LIMIT = 50;

  private static final List<String> NAMES =
      List.of("type", "kind", "label", "since", "until", "after", "limit");
  private static final Pattern LABEL =
      Pattern.compile("(" + Limits.LABEL_PATTERN + "):(.{0," + Limits.MAX_LABEL_CHARS + "})");
  private static final Pattern LABEL_NAME = Pattern.compile(Limits.LABEL_PATTERN);
  private static final Pattern AFTER = Pattern.compile("(\\d{1,17})-([0-9a-fA-F-]{36})");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /**
   * Reads the parameters of a list.
   *
   * @throws ProblemException 400 naming every fault
   */
  static DeadLetterQuery of(Map<String, String[]> parameters) {
    List<FieldError> faults = new ArrayList<>();
    known(parameters, NAMES, faults);
    DeadLetterFilter filter =
        new DeadLetterFilter(
            first(parameters, "type"),
            kind(first(parameters, "kind"), faults),
            labels(parameters.getOrDefault("label", new String[0]), faults),
            time(parameters, "since", faults),
            time(parameters, "until", faults));
    After after = after(first(parameters, "after"), faults);
    int limit = limit(parameters, MAX_LIMIT, DEFAULT_LIMIT, faults);
    if (isEmpty(filter)) {
      faults.add(new FieldError("?until", "until must be after since"));
    }
    if (!faults.isEmpty()) {
      throw ControlProblems.badQuery(faults);
    }
    return new DeadLetterQuery(filter, after, limit, shown(parameters));
  }

  /** Notes parameters that are not known or given twice. */
  static void known(Map<String, String[]> parameters, List<String> names, List<FieldError> faults) {
    parameters.forEach(
        (name, values) -> {
          if (!names.contains(name)) {
            faults.add(
                new FieldError(
                    "?" + name, "no such parameter; known are " + String.join(", ", names)));
          } else if (values.length > 1 && !name.equals("label")) {
            faults.add(new FieldError("?" + name, name + " may be given once"));
          }
        });
  }

  /** The {@code filter} of a replay, which is its body's field of this name. */
  static DeadLetterFilter of(RequestFields fields) {
    DeadLetterFilter filter =
        new DeadLetterFilter(
            fields.text("type", Limits.MAX_TYPE_CHARS),
            kind(fields),
            labels(fields),
            fields.instant("since"),
            fields.instant("until"));
    if (isEmpty(filter)) {
      fields.wrong("until", "until must be after since");
    }
    return filter;
  }

  private static boolean isEmpty(DeadLetterFilter filter) {
    return filter.since() != null
        && filter.until() != null
        && !filter.until().isAfter(filter.since());
  }

  private static @Nullable ErrorKind kind(RequestFields fields) {
    List<FieldError> faults = new ArrayList<>();
    ErrorKind kind = kind(fields.text("kind", 40), faults);
    faults.forEach(fault -> fields.wrong("kind", fault.detail()));
    return kind;
  }

  private static @Nullable String labels(RequestFields fields) {
    JsonNode given = fields.node("labels");
    if (given == null) {
      return null;
    }
    boolean fits =
        given.isObject()
            && given.size() <= Limits.MAX_LABELS
            && given
                .propertyStream()
                .allMatch(
                    label ->
                        LABEL_NAME.matcher(label.getKey()).matches()
                            && label.getValue().isString()
                            && label.getValue().stringValue().length() <= Limits.MAX_LABEL_CHARS);
    if (!fits) {
      fields.wrong(
          "labels",
          "labels must be an object of at most %d texts, their names like %s"
              .formatted(Limits.MAX_LABELS, Limits.LABEL_PATTERN));
    }
    return given.toString();
  }

  private static @Nullable ErrorKind kind(@Nullable String name, List<FieldError> faults) {
    if (name == null) {
      return null;
    }
    for (ErrorKind kind : ErrorKind.values()) {
      if (kind.name().equalsIgnoreCase(name)) {
        return kind;
      }
    }
    String known =
        Arrays.stream(ErrorKind.values()).map(ErrorKind::name).collect(Collectors.joining(", "));
    faults.add(new FieldError("?kind", "kind must be one of " + known));
    return null;
  }

  private static @Nullable String labels(String[] given, List<FieldError> faults) {
    ObjectNode labels = JsonNodeFactory.instance.objectNode();
    for (String label : given) {
      Matcher parts = LABEL.matcher(label);
      if (!parts.matches()) {
        faults.add(new FieldError("?label", "label must be name:value, such as customer:7"));
      } else if (labels.has(parts.group(1))) {
        faults.add(new FieldError("?label", "label names " + parts.group(1) + " twice"));
      } else {
        labels.put(parts.group(1), parts.group(2));
      }
    }
    if (labels.size() > Limits.MAX_LABELS) {
      faults.add(new FieldError("?label", "a job has at most " + Limits.MAX_LABELS + " labels"));
    }
    return labels.isEmpty() ? null : labels.toString();
  }

  private static @Nullable Instant time(
      Map<String, String[]> parameters, String name, List<FieldError> faults) {
    String text = first(parameters, name);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      faults.add(
          new FieldError(
              "?" + name, name + " must be a time with an offset, such as 2026-01-31T12:00:00Z"));
      return null;
    }
  }

  private static @Nullable After after(@Nullable String text, List<FieldError> faults) {
    if (text == null) {
      return null;
    }
    Matcher parts = AFTER.matcher(text);
    if (!parts.matches() || !JobIds.isId(parts.group(2))) {
      faults.add(new FieldError("?after", "after must be taken from the page before"));
      return null;
    }
    Instant at = Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS);
    return new After(at, UUID.fromString(parts.group(2)));
  }

  static int limit(Map<String, String[]> parameters, int most, int usual, List<FieldError> faults) {
    String text = first(parameters, "limit");
    if (text == null) {
      return usual;
    }
    int limit = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > most) {
      faults.add(new FieldError("?limit", "limit must be an integer, 1 to " + most));
    }
    return limit;
  }

  static @Nullable String first(Map<String, String[]> parameters, String name) {
    String[] values = parameters.get(name);
    return values == null || values.length == 0 ? null : values[0];
  }

  private static String shown(Map<String, String[]> parameters) {
    return new TreeMap<>(parameters)
        .entrySet().stream()
            .filter(parameter -> !parameter.getKey().equals("after"))
            .flatMap(
                parameter ->
                    Arrays.stream(parameter.getValue())
                        .map(
                            value ->
                                parameter.getKey()
                                    + "="
                                    + URLEncoder.encode(value, StandardCharsets.UTF_8)
                                    + "&"))
            .collect(Collectors.joining());
  }

  /** The path of the page after this one. */
  String pathAfter(After last) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, last.failedAt());
    return "/v1/dead-letters?" + shown + "after=" + micros + "-" + last.job();
  }
}
