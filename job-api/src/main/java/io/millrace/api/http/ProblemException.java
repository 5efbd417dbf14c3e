package io.millrace.api.http;

import io.millrace.document.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends a request with a problem document. */
final class ProblemException extends RuntimeException {
  private final int status;
  private final String slug;
  private final String title;
  private final String detail;
  private final transient List<FieldError> errors;
  private final @Nullable Integer retryAfterSeconds;

  ProblemException(int status, String slug, String title, String detail) {
    this(status, slug, title, detail, List.of(), null);
  }

  ProblemException(
      int status,
      String slug,
      String title,
      String detail,
      List<FieldError> errors,
      @Nullable Integer retryAfterSeconds) {
    super(title + ": " + detail);
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  int status() {
    return status;
  }

  String slug() {
    return slug;
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }

  List<FieldError> errors() {
    return errors;
  }

  @Nullable Integer retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
