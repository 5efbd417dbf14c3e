package io.millrace.ops.client;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A problem document (RFC 9457), or what a server said instead of one.
 *
 * @param status the HTTP status
 * @param type the problem's URI; {@code about:blank} when it has none
 * @param title the kind of problem in a few words
 * @param detail what went wrong this time; may be empty
 * @param errors the fields at fault; often empty
 * @param body the response body as it came
 */
public record Problem(
    int status, String type, String title, String detail, List<FieldError> errors, String body) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MAX_DETAIL_CHARS = 500;

  /**
   * One field at fault.
   *
   * @param pointer a JSON pointer into the request, such as {@code #/payload/url}
   * @param detail what is wrong with it
   */
  public record FieldError(String pointer, String detail) {}

  public Problem {
    errors = List.copyOf(errors);
  }

  /** Reads a response that is not 2xx; a body that is no problem document becomes the detail. */
  public static Problem parse(int status, String body) {
    JsonNode document = tree(body);
    if (!document.isObject()) {
      return new Problem(status, "about:blank", "HTTP " + status, excerpt(body), List.of(), body);
    }
    List<FieldError> errors = new ArrayList<>();
    for (JsonNode error : document.path("errors").values()) {
      errors.add(
          new FieldError(
              error.path("pointer").asString("#"), error.path("detail").asString("is not valid")));
    }
    return new Problem(
        status,
        document.path("type").asString("about:blank"),
        document.path("title").asString("HTTP " + status),
        document.path("detail").asString(""),
        errors,
        body);
  }

  /** The last part of the type: {@code job-not-finished}; empty for {@code about:blank}. */
  public String slug() {
    int slash = type.lastIndexOf('/');
    return slash < 0 ? "" : type.substring(slash + 1);
  }

  /** The problem as text for a person: title and status, detail, one line for each field. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(title.equals("HTTP " + status) ? title : title + " (HTTP " + status + ")");
    if (!detail.isBlank()) {
      lines.add("  " + detail);
    }
    for (FieldError error : errors) {
      lines.add("  " + error.pointer() + "  " + error.detail());
    }
    return lines;
  }

  private static JsonNode tree(String body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      return JSON.missingNode();
    }
  }

  private static String excerpt(String body) {
    String text = body.strip();
    return text.length() <= MAX_DETAIL_CHARS ? text : text.substring(0, MAX_DETAIL_CHARS) + "…";
  }
}
