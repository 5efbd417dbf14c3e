package io.millrace.cache;

import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import java.time.Duration;
import java.time.Instant;

/**
 * What may be kept: only what cannot change while it is kept, because nothing is ever invalidated.
 */
final class Keepable {
  /**
   * How long after its end a job's progress may still be written: the writer's pause (500 ms), one
   * backoff (5 s) and a slow statement. Compared by the database's clock alone.
   */
  static final Duration SETTLED = Duration.ofSeconds(10);

  private Keepable() {}

  /** True for SUCCEEDED, CANCELLED and SKIPPED; FAILED is final too, but replay leads out of it. */
  static boolean state(JobState state) {
    return state.isFinal() && state.next().isEmpty();
  }

  /** True once the job has ended for good and the last progress of its attempt has come in. */
  static boolean status(JobView job) {
    Instant finished = job.finishedAt();
    return state(job.state()) && finished != null && !job.asOf().isBefore(finished.plus(SETTLED));
  }

  /** True once the job has ended for good: its result was written by the same statement. */
  static boolean result(StoredResult result) {
    return state(result.state());
  }
}
