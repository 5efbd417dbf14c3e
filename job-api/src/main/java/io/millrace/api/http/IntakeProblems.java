package io.millrace.api.http;

import io.millrace.api.intake.IntakeRefusedException;
import java.util.List;

/** The problems of a service that has enough to do. */
final class IntakeProblems {
  private IntakeProblems() {}

  /** A tenant is asked to slow down (429); for everything else it is the service (503). */
  static ProblemException refused(IntakeRefusedException e) {
    String detail =
        e.getMessage()
            + "; this request stored nothing, send it again in %d s"
                .formatted(e.retryAfterSeconds());
    return switch (e.reason()) {
      case TENANT ->
          problem(429, "tenant-backlog-full", "Too many jobs of this tenant wait", detail, e);
      case POOL -> problem(503, "pool-backlog-full", "Too many jobs wait in this pool", detail, e);
      case KAFKA, PROCESS ->
          problem(503, "no-room", "No new jobs are taken at the moment", detail, e);
    };
  }

  private static ProblemException problem(
      int status, String slug, String title, String detail, IntakeRefusedException e) {
    return new ProblemException(status, slug, title, detail, List.of(), e.retryAfterSeconds());
  }
}
