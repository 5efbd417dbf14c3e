package io.millrace.workers.run;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON between handlers and the service. */
final class JobJson {
  static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** For what an older version of a handler may have written. */
  private static final JsonMapper LENIENT =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private JobJson() {}

  /**
   * Writes a value of a handler's.
   *
   * @throws IllegalArgumentException when it is no JSON or longer than the limit in UTF-8
   */
  static String write(@Nullable Object value, int mostBytes, String what) {
    String json;
    try {
      json = STRICT.writeValueAsString(value);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(what + " cannot be written as JSON", e);
    }
    if (isLonger(json, mostBytes)) {
      throw new IllegalArgumentException(
          what + " is larger than the limit of " + mostBytes + " bytes");
    }
    return json;
  }

  /**
   * Reads what a handler has written; fields that the type does not have are passed over.
   *
   * @throws IllegalArgumentException when it does not fit
   */
  static <T> T read(String json, Class<T> type) {
    try {
      return LENIENT.readValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "the checkpoint does not fit " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }

  /** UTF-8 takes at most three bytes per char; measured exactly only when that is not enough. */
  static boolean isLonger(String json, int mostBytes) {
    return json.length() * 3L > mostBytes
        && json.getBytes(StandardCharsets.UTF_8).length > mostBytes;
  }
}
