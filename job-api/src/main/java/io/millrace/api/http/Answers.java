package io.millrace.api.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON answers past Spring's message converters: choosing one takes longer than writing a
 * receipt, which every job needs.
 */
final class Answers {
  private final JsonMapper json;

  Answers(JsonMapper json) {
    this.json = json;
  }

  /** Answers with a document, in one piece of known length. */
  void write(HttpServletResponse response, int status, Object document) throws IOException {
    write(response, status, MediaType.APPLICATION_JSON_VALUE, json.writeValueAsBytes(document));
  }

  /** The same with a body that is JSON already. */
  static void write(HttpServletResponse response, int status, String mediaType, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(mediaType);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
