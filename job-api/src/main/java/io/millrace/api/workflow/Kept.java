package io.millrace.api.workflow;

import io.millrace.workflow.source.MalformedSourceException;
import io.millrace.workflow.source.SourceText;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Reads definitions again that were found good when they were kept. */
final class Kept {
  private Kept() {}

  /** With all digits of its numbers. */
  static JsonNode tree(String definition) {
    return source(definition.getBytes(StandardCharsets.UTF_8)).tree();
  }

  /** A text that has been read before. */
  static SourceText source(byte[] text) {
    try {
      return SourceText.read(text);
    } catch (MalformedSourceException e) {
      throw new IllegalStateException("the definition was read before", e);
    }
  }
}
