package io.millrace.api.http;

import io.millrace.api.http.Problem.Fault;
import io.millrace.document.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends a request with a problem document. */
final class ProblemException extends RuntimeException {
  private final int status;
  private final String slug;
  private final String title;
  private final String detail;
  private final transient List<Fault> errors;
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
    this(status, slug, title, detail, retryAfterSeconds, errors.stream().map(Fault::of).toList());
  }

  private ProblemException(
      int status,
      String slug,
      String title,
      String detail,
      @Nullable Integer retryAfterSeconds,
      List<Fault> errors) {
    super(title + ": " + detail);
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** With faults that have places in the text that was sent. */
  static ProblemException placed(
      int status, String slug, String title, String detail, List<Fault> faults) {
    return new ProblemException(status, slug, title, detail, null, faults);
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

  List<Fault> errors() {
    return errors;
  }

  @Nullable Integer retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
