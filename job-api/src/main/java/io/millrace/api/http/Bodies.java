package io.millrace.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
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
    if (!isOf(request.getContentType(), MediaType.APPLICATION_JSON_VALUE)) {
      throw Problems.notJson(request.getContentType());
    }
    if (request.getContentLengthLong() > limit) {
      throw Problems.bodyTooLarge(limit);
    }
    byte[] body = read(request, limit);
    if (body.length > limit) {
      throw Problems.bodyTooLarge(limit);
    }
    return body;
  }

  /** All of it, or a byte more than the limit. A declared length spares the growing buffers. */
  private static byte[] read(HttpServletRequest request, int limit) throws IOException {
    int declared = request.getContentLength();
    if (declared < 0) {
      return request.getInputStream().readNBytes(limit + 1);
    }
    byte[] body = new byte[declared];
    int read = request.getInputStream().readNBytes(body, 0, declared);
    return read == declared ? body : Arrays.copyOf(body, read);
  }

  /** Whether a content type is this one, in UTF-8 where it says so. */
  static boolean isOf(@Nullable String contentType, String wanted) {
    if (contentType == null) {
      return false;
    }
    if (contentType.equals(wanted)) {
      return true;
    }
    try {
      MediaType type = MediaType.parseMediaType(contentType);
      Charset charset = type.getCharset();
      return type.equalsTypeAndSubtype(MediaType.parseMediaType(wanted))
          && (charset == null || charset.equals(StandardCharsets.UTF_8));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
