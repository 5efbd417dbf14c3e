package io.millrace.api.http;

import io.millrace.workflow.plan.WorkflowLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Reads request bodies within their limits. */
final class Bodies {
  private static final List<String> DEFINITION_TYPES =
      List.of("application/json", "application/yaml", "text/yaml", "application/x-yaml");

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
    return within(request, limit);
  }

  /**
   * Reads the definition of a workflow. Which of the two formats it is in, its text says: it is
   * enough that one of them is declared.
   *
   * @throws ProblemException 415 for another type or charset, 413 when it is longer than the limit
   */
  static byte[] definition(HttpServletRequest request) throws IOException {
    String type = request.getContentType();
    if (DEFINITION_TYPES.stream().noneMatch(known -> isOf(type, known))) {
      throw WorkflowProblems.noDefinition(type, DEFINITION_TYPES);
    }
    return within(request, WorkflowLimits.MAX_DEFINITION_BYTES);
  }

  private static byte[] within(HttpServletRequest request, int limit) throws IOException {
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
