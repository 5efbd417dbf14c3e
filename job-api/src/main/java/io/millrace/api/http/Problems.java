package io.millrace.api.http;

import io.millrace.api.admission.MalformedJsonException;
import io.millrace.api.admission.RefusedException;
import io.millrace.document.FieldError;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The problems this interface knows, each with its status, its slug and its words. */
final class Problems {
  private Problems() {}

  static ProblemException notJson(@Nullable String contentType) {
    return new ProblemException(
        415,
        "unsupported-media-type",
        "The body is not declared as JSON",
        "Content-Type is %s; send application/json in UTF-8"
            .formatted(contentType == null ? "missing" : "\"" + contentType + "\""));
  }

  static ProblemException bodyTooLarge(long limit) {
    return new ProblemException(
        413,
        "body-too-large",
        "The body is too large",
        "the body is larger than the limit of %d bytes".formatted(limit));
  }

  static ProblemException malformed(MalformedJsonException e) {
    String where = e.line() > 0 ? " (line %d, column %d)".formatted(e.line(), e.column()) : "";
    return new ProblemException(
        400, "malformed-json", "The body is not acceptable JSON", e.detail() + where);
  }

  static ProblemException refused(RefusedException e) {
    int count = e.errors().size();
    return new ProblemException(
        400,
        "invalid-job",
        "The job cannot be accepted",
        count == 1 ? e.errors().getFirst().detail() : count + " things are wrong with it",
        e.errors(),
        null);
  }

  static ProblemException badId(String id) {
    String shown = id.length() > 60 ? id.substring(0, 60) + "…" : id;
    return new ProblemException(
        400,
        "invalid-id",
        "This is not a job id",
        "\"%s\" is not a UUID; job ids look like 0198c1de-6f00-7abc-8def-0123456789ab"
            .formatted(shown.replaceAll("[^\\x20-\\x7e]", "?")));
  }

  static ProblemException noJob(Object id) {
    return new ProblemException(
        404, "job-not-found", "There is no such job", "no job with id " + id);
  }

  static ProblemException notFinished(Object id, JobState state) {
    return new ProblemException(
        409,
        "job-not-finished",
        "The job has no result yet",
        "job %s is %s; ask again when it is SUCCEEDED".formatted(id, state),
        List.of(),
        1);
  }

  static ProblemException noResult(Object id, JobState state, @Nullable JobError error) {
    String why = error == null ? "" : ": " + error.kind() + ", " + error.message();
    return new ProblemException(
        409,
        "job-" + state.name().toLowerCase(java.util.Locale.ROOT),
        "The job ended without a result",
        "job %s is %s%s".formatted(id, state, why));
  }

  static ProblemException overloaded(String why) {
    return new ProblemException(
        503,
        "no-room",
        "No new jobs are taken at the moment",
        why + "; nothing of this request was stored, send it again later",
        List.of(),
        2);
  }

  static ProblemException databaseDown() {
    return new ProblemException(
        503,
        "database-unavailable",
        "The database does not answer",
        "the request failed, and a job it submitted may or may not be stored; send it again later",
        List.of(),
        2);
  }

  static ProblemException badDatasetName(String detail) {
    return new ProblemException(
        400,
        "invalid-dataset-name",
        "This cannot be a dataset's name",
        detail,
        List.of(new FieldError("#/name", detail)),
        null);
  }

  static ProblemException diskFailed() {
    return new ProblemException(
        507,
        "dataset-not-written",
        "The dataset could not be written",
        "the disk did not take it, it may be full; nothing was stored");
  }

  static ProblemException emptyDataset() {
    return new ProblemException(
        400, "empty-dataset", "The dataset is empty", "the body has no bytes; nothing was stored");
  }

  static long jsonLimit() {
    return Limits.MAX_PAYLOAD_BYTES;
  }
}
