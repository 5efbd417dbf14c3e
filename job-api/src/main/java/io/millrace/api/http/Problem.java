package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.document.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param type what sort of problem: a stable URI, made of the slug
 * @param status the HTTP status again
 * @param detail what happened this time, for a person
 * @param instance the request's path
 * @param errors the fields at fault, when the request was
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String instance,
    List<Fault> errors) {
  /** The media type of problem documents. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * One field at fault.
   *
   * @param pointer to the field, {@code #/payload/url}: RFC 6901 after the {@code #}
   * @param line of it in the body, from 1, where the body is a text of lines
   * @param column from 1
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Fault(
      String pointer, String detail, @Nullable Integer line, @Nullable Integer column) {
    static Fault of(FieldError error) {
      return new Fault(error.pointer(), error.detail(), null, null);
    }
  }

  static Problem of(ProblemException e, String instance) {
    return new Problem(
        "https://millrace.io/problems/" + e.slug(),
        e.title(),
        e.status(),
        e.detail(),
        instance,
        e.errors());
  }
}
