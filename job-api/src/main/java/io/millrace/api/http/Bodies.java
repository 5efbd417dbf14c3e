package io.millrace.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Reads request bodies within their limits. */
final class Bodies {
  private Bodies() {}

  /**
   * Reads a JSON body.
   *
   * @throws ProblemException 415 for another type or charset, 413 when it is longer than the limit,
   *     declared or not
   */
  static byte[] json(HttpServletRequest request, int limit) throws IOException {
    if (!isJson(request.getContentType())) {
      throw Problems.notJson(request.getContentType());
    }
    if (request.getContentLengthLong() > limit) {
      throw Problems.bodyTooLarge(limit);
    }
    byte[] body = request.getInputStream().readNBytes(limit + 1);
    if (body.length > limit) {
      throw Problems.bodyTooLarge(limit);
    }
    return body;
  }

  private static boolean isJson(String contentType) {
    if (contentType == null) {
      return false;
    }
    try {
      MediaType type = MediaType.parseMediaType(contentType);
      Charset charset = type.getCharset();
      return type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
          && (charset == null || charset.equals(StandardCharsets.UTF_8));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
