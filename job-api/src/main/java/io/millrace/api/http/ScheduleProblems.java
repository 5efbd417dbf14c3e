package io.millrace.api.http;

import io.millrace.api.admission.RefusedException;
import io.millrace.model.Limits;

/** The problems of schedules. */
final class ScheduleProblems {
  private ScheduleProblems() {}

  static ProblemException refused(RefusedException e) {
    int count = e.errors().size();
    return new ProblemException(
        400,
        "invalid-schedule",
        "The schedule cannot be accepted",
        count == 1 ? e.errors().getFirst().detail() : count + " things are wrong with it",
        e.errors(),
        null);
  }

  static ProblemException badName() {
    return new ProblemException(
        400,
        "invalid-schedule-name",
        "This cannot be a schedule's name",
        "a schedule's name has the form "
            + Limits.SCHEDULE_NAME_PATTERN
            + ": up to 63 lower-case letters, digits, dots, hyphens and underscores");
  }

  static ProblemException badPage(String detail) {
    return new ProblemException(400, "invalid-page", "The list cannot be given", detail);
  }

  static ProblemException noSchedule(String name) {
    return new ProblemException(
        404, "schedule-not-found", "There is no such schedule", "no schedule named " + name);
  }

  static ProblemException tooMany() {
    return new ProblemException(
        409,
        "too-many-schedules",
        "There are as many schedules as there may be",
        "a tenant may have %d schedules; delete one first".formatted(Limits.MAX_SCHEDULES));
  }

  static ProblemException jobRefused(String name, RefusedException e) {
    return new ProblemException(
        409,
        "schedule-job-refused",
        "What the schedule makes is not acceptable any more",
        "its type or workflow has changed since %s was put: %s; nothing was started"
            .formatted(name, e.errors().getFirst().detail()),
        e.errors(),
        null);
  }
}
