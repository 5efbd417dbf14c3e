package io.millrace.api.http;

import io.millrace.document.FieldError;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The problems of submitting jobs and listing them. */
final class SubmitProblems {
  private SubmitProblems() {}

  static ProblemException badKey(String where, String why) {
    String detail = "the idempotency key cannot be used: " + why;
    return new ProblemException(
        400,
        "invalid-idempotency-key",
        "This is not an idempotency key",
        detail,
        where.isEmpty() ? List.of() : List.of(new FieldError(where, detail)),
        null);
  }

  static ProblemException keyReused(UUID firstJob) {
    return new ProblemException(
        422,
        "idempotency-key-reused",
        "The idempotency key was used for another request",
        "job %s was submitted under this key with another body; nothing of this request was stored"
            .formatted(firstJob));
  }

  static ProblemException noParent(UUID parent) {
    String detail = "parent %s is no unfinished job".formatted(parent);
    return new ProblemException(
        400,
        "invalid-job",
        "The job cannot be accepted",
        detail,
        List.of(new FieldError("#/parent", detail)),
        null);
  }

  static ProblemException notNdjson(@Nullable String contentType) {
    return new ProblemException(
        415,
        "unsupported-media-type",
        "The body is not declared as NDJSON",
        "Content-Type is %s; send application/x-ndjson in UTF-8"
            .formatted(contentType == null ? "missing" : "\"" + contentType + "\""));
  }

  static ProblemException tooManyBatches(int most) {
    return new ProblemException(
        503,
        "too-many-batches",
        "Too many batches are being read",
        "%d batches are being read, which is the limit; nothing of this one was stored"
            .formatted(most),
        List.of(),
        2);
  }

  static ProblemException defect() {
    return new ProblemException(
        500, "defect", "The service failed", "a defect in the service; its log has the details");
  }

  static ProblemException badQuery(List<FieldError> errors) {
    return new ProblemException(
        400,
        "invalid-query",
        "The query makes no sense",
        errors.size() == 1
            ? errors.getFirst().detail()
            : errors.size() + " things are wrong with it",
        errors,
        null);
  }
}
