package io.millrace.cache;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobDetails;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.Priority;
import io.millrace.model.StoredResult;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Jobs for tests. */
final class Samples {
  static final UUID ID = UUID.fromString("0198c1de-6f00-7abc-8def-0123456789ab");
  static final Instant FINISHED = Instant.parse("2026-01-02T03:04:05.678901Z");

  private Samples() {}

  /** Every field set, and looked at when it had settled. */
  static JobView job(UUID id, JobState state) {
    return job(id, state, FINISHED, Keepable.SETTLED);
  }

  static JobView job(UUID id, JobState state, @Nullable Instant finished, Duration since) {
    return new JobView(
        id,
        "http.request",
        state,
        "default",
        Priority.HIGH,
        3,
        2,
        5,
        FINISHED.minusSeconds(9),
        FINISHED.minusSeconds(4),
        finished,
        FINISHED.plus(since),
        "worker-1",
        new JobError(ErrorKind.TIMEOUT, "took longer than 30 s – zu lange 🕐", 2),
        new JobView.Progress(0.25, "half of the half", "{\"rows\": 7}", FINISHED.minusMillis(1)),
        new JobDetails(
            7,
            1,
            FINISHED.minusSeconds(5),
            FINISHED.plusSeconds(5),
            "{\"team\": \"blue\"}",
            new UUID(3, 4),
            "schedule:nightly",
            FINISHED.minusSeconds(1),
            "no longer needed",
            "{\"tokens\": 12}"));
  }

  /** No optional field set. */
  static JobView bareJob(UUID id) {
    return new JobView(
        id,
        "echo",
        JobState.SKIPPED,
        "default",
        Priority.LOW,
        0,
        0,
        1,
        FINISHED,
        null,
        FINISHED,
        FINISHED.plus(Keepable.SETTLED),
        null,
        null,
        null,
        JobDetails.NONE);
  }

  static StoredResult result(String json) {
    return new StoredResult(JobState.SUCCEEDED, json, null);
  }
}
