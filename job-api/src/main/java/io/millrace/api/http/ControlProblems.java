package io.millrace.api.http;

import io.millrace.document.FieldError;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.Replay;
import io.millrace.model.RunLimit.Scope;
import java.util.List;
import java.util.Locale;

/** The problems of the endpoints that act on jobs after their submission. */
final class ControlProblems {
  private ControlProblems() {}

  static ProblemException invalidRequest(List<FieldError> faults) {
    return new ProblemException(
        400,
        "invalid-request",
        "The request cannot be carried out",
        faults.size() == 1
            ? faults.getFirst().detail()
            : faults.size() + " things are wrong with it",
        faults,
        null);
  }

  static ProblemException taskOfRun(Object id) {
    return new ProblemException(
        409,
        "job-of-run",
        "The job is a task of a workflow run",
        "job %s is not run again by itself; retry its run: POST /v1/runs/{id}/retry".formatted(id));
  }

  static ProblemException notFailed(Object id, JobState state) {
    return new ProblemException(
        409,
        "job-not-failed",
        "Only a job that has failed can be retried",
        "job %s is %s".formatted(id, state));
  }

  static ProblemException notWaiting(Object id, JobState state) {
    return new ProblemException(
        409,
        "job-not-waiting",
        "The job does not wait for a decision",
        "job %s is %s; only a WAITING job can be resolved".formatted(id, state));
  }

  static ProblemException badSubject(Scope scope, String subject) {
    String what = scope == Scope.TENANT ? "tenant's" : "type's";
    String form = scope == Scope.TENANT ? Limits.TENANT_PATTERN : Limits.TYPE_PATTERN;
    return new ProblemException(
        400,
        "invalid-subject",
        "This cannot be limited",
        "\"%s\" is no %s name, which looks like %s".formatted(shown(subject), what, form));
  }

  static ProblemException noLimit(Scope scope, String subject) {
    return new ProblemException(
        404,
        "limit-not-found",
        "There is no such limit",
        "there is no limit for the %s %s"
            .formatted(scope.name().toLowerCase(Locale.ROOT), shown(subject)));
  }

  static ProblemException noReplay(Object id) {
    return new ProblemException(
        404, "replay-not-found", "There is no such replay", "no replay with id " + id);
  }

  static ProblemException replayEnded(Object id, Replay.State state) {
    return new ProblemException(
        409, "replay-ended", "The replay has ended", "replay %s is %s".formatted(id, state));
  }

  static ProblemException noPool(String pool) {
    return new ProblemException(
        404,
        "pool-not-found",
        "There is no such pool",
        "no worker serves a pool %s and no job is in it".formatted(shown(pool)));
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

  private static String shown(String text) {
    String cut = text.length() > 64 ? text.substring(0, 64) + "…" : text;
    return cut.replaceAll("[^\\x20-\\x7e…]", "?");
  }
}
