package io.millrace.api.http;

import io.millrace.api.admission.FieldError;
import io.millrace.model.JobState;
import java.util.List;

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
}
