package io.millrace.workflow.engine;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Values of JSON as the database keeps them: text. */
final class JsonText {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(1_000)
                          .maxNumberLength(10_000)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();

  private JsonText() {}

  /** The value of a text that the database holds. */
  static @Nullable Object read(@Nullable String text) {
    return text == null ? null : JSON.readValue(text, Object.class);
  }

  /** The text of a value. */
  static String write(@Nullable Object value) {
    return JSON.writeValueAsString(value);
  }
}
