package io.millrace.api.http;

import io.millrace.document.FieldError;
import java.util.List;
import java.util.UUID;

/** The problems of workflow runs. */
final class RunProblems {
  private RunProblems() {}

  static ProblemException noRun(Object id) {
    return new ProblemException(
        404, "run-not-found", "There is no such run", "no workflow run with id " + id);
  }

  /** There is no such run, or nobody knows any more what its nodes are. */
  static ProblemException noPlan(Object id) {
    return new ProblemException(
        404,
        "run-not-found",
        "There is no such run",
        "no workflow run with id " + id + ", or its definition was deleted");
  }

  static ProblemException noNode(String node) {
    return new ProblemException(
        404, "node-not-found", "There is no such node", "the run has no node named " + node);
  }

  static ProblemException refused(List<FieldError> errors) {
    return new ProblemException(
        400,
        "invalid-run",
        "The run cannot be accepted",
        errors.size() == 1
            ? errors.getFirst().detail()
            : errors.size() + " things are wrong with it",
        errors,
        null);
  }

  static ProblemException keyReused(UUID firstRun) {
    return new ProblemException(
        422,
        "idempotency-key-reused",
        "The idempotency key was used for another request",
        "run %s was started under this key with another body; nothing of this request was stored"
            .formatted(firstRun));
  }

  static ProblemException notNow(String why) {
    return new ProblemException(409, "run-refuses", "The run does not take this now", why);
  }

  static ProblemException tooMany(String why) {
    return new ProblemException(
        503,
        "no-room",
        "No new runs are taken at the moment",
        why + "; nothing of this request was stored, send it again later",
        List.of(),
        2);
  }
}
