package io.millrace.api.http;

import io.millrace.api.admission.MalformedJsonException;
import io.millrace.api.admission.RequestJson;
import io.millrace.document.Durations;
import io.millrace.document.FieldError;
import io.millrace.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The fields of a small request body. Faults are gathered while it is read; {@link #check} ends the
 * request when there are any. For one thread.
 */
final class RequestFields {
  private static final RequestJson JSON = new RequestJson();

  private final JsonNode body;
  private final String path;
  private final List<FieldError> faults;

  private RequestFields(JsonNode body, String path, List<FieldError> faults) {
    this.body = body;
    this.path = path;
    this.faults = faults;
  }

  /** Reads a JSON body that may have these fields and no others. */
  static RequestFields of(HttpServletRequest request, String... names) throws IOException {
    return of(read(Bodies.json(request, Limits.MAX_PAYLOAD_BYTES)), names);
  }

  /** The same for a body that may be left out altogether. */
  static RequestFields ofOptional(HttpServletRequest request, String... names) throws IOException {
    if (request.getContentType() == null && request.getContentLengthLong() <= 0) {
      byte[] none = request.getInputStream().readNBytes(1);
      if (none.length == 0) {
        return of(JsonNodeFactory.instance.objectNode(), names);
      }
    }
    return of(request, names);
  }

  private static RequestFields of(JsonNode body, String... names) {
    RequestFields fields = new RequestFields(body, "#", new ArrayList<>());
    fields.only(names);
    return fields;
  }

  /** The whole body; of one that was left out an empty object. */
  JsonNode body() {
    return body;
  }

  private static JsonNode read(byte[] body) {
    try {
      return JSON.read(body);
    } catch (MalformedJsonException e) {
      throw Problems.malformed(e);
    }
  }

  private void only(String... names) {
    if (!body.isObject()) {
      faults.add(new FieldError(path, label() + " must be a JSON object"));
      return;
    }
    for (String name : body.propertyNames()) {
      if (!Arrays.asList(names).contains(name)) {
        String shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
        fault(
            path + "/" + shown.replace("~", "~0").replace("/", "~1"),
            "there is no field of this name; known are " + String.join(", ", names));
      }
    }
  }

  private String label() {
    return path.equals("#") ? "the body" : path.substring(2);
  }

  /** Notes a fault of a field of this object. */
  void wrong(String field, String detail) {
    fault(path + "/" + field, detail);
  }

  /** Notes faults that somebody else found. */
  void wrong(List<FieldError> found) {
    faults.addAll(found);
  }

  private void fault(String pointer, String detail) {
    faults.add(new FieldError(pointer, detail));
  }

  /** Whether a field is there; null counts as not. */
  boolean has(String field) {
    return node(field) != null;
  }

  /** A field as it came, or null. */
  @Nullable JsonNode node(String field) {
    JsonNode node = body.get(field);
    return node == null || node.isNull() ? null : node;
  }

  /** A field as it came, null included, or null when it is not there at all. */
  @Nullable JsonNode document(String field) {
    return body.get(field);
  }

  /** A text of 1 to {@code most} characters, or null. */
  @Nullable String text(String field, int most) {
    JsonNode node = node(field);
    if (node == null) {
      return null;
    }
    if (!node.isString() || node.stringValue().isEmpty() || node.stringValue().length() > most) {
      wrong(field, "%s must be a text of 1 to %d characters".formatted(field, most));
      return null;
    }
    return node.stringValue();
  }

  /** A text of a certain form, or null. */
  @Nullable String text(String field, int most, Predicate<String> form, String words) {
    String text = text(field, most);
    if (text != null && !form.test(text)) {
      wrong(field, field + " must be " + words);
      return null;
    }
    return text;
  }

  /** An integer within bounds, or null. */
  @Nullable Integer integer(String field, int least, int most) {
    JsonNode node = node(field);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < least
        || node.intValue() > most) {
      wrong(field, "%s must be an integer, %d to %d".formatted(field, least, most));
      return null;
    }
    return node.intValue();
  }

  /** A duration within bounds, or null. */
  @Nullable Duration duration(String field, Duration least, Duration most) {
    String text = text(field, 40);
    if (text == null) {
      return null;
    }
    Optional<Duration> duration = Durations.parse(text);
    if (duration.isEmpty()
        || duration.get().compareTo(least) < 0
        || duration.get().compareTo(most) > 0) {
      wrong(
          field,
          "%s must be a duration such as 500ms, 90s or PT1H, %s to %s"
              .formatted(field, least, most));
      return null;
    }
    return duration.get();
  }

  /** A time as RFC 3339 writes it, or null. */
  @Nullable Instant instant(String field) {
    String text = text(field, 40);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      wrong(field, field + " must be a time with an offset, such as 2026-01-31T12:00:00Z");
      return null;
    }
  }

  /** An object with these fields and no others, or null; shares the list of faults. */
  @Nullable RequestFields object(String field, String... names) {
    JsonNode node = node(field);
    if (node == null) {
      return null;
    }
    RequestFields fields = new RequestFields(node, path + "/" + field, faults);
    fields.only(names);
    return node.isObject() ? fields : null;
  }

  /** Ends the request when anything was wrong. */
  void check() {
    if (!faults.isEmpty()) {
      throw ControlProblems.invalidRequest(faults);
    }
  }
}
