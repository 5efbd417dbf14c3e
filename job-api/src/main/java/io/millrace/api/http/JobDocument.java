package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.model.JobDetails;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as {@code GET /v1/jobs/{id}} shows it. Times are the database's, in UTC.
 *
 * @param attempt number of the latest start; 0 before the first
 * @param failures starts that count against {@code maxAttempts}
 * @param error why it failed, once it has for good
 * @param lastError why its latest attempt failed, while others follow or have succeeded
 * @param events number of the latest event
 * @param crashes times a worker died while it ran the job
 * @param runAt when it is due, while it is SCHEDULED
 * @param labels a JSON object of strings
 * @param usage what its attempts have reported, summed by name: a JSON object of integers
 * @param origin what made the job when that was not a caller
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record JobDocument(
    UUID id,
    String type,
    JobState state,
    String pool,
    String priority,
    int attempt,
    int failures,
    int maxAttempts,
    @Nullable ProgressDocument progress,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    Timings timings,
    @Nullable String worker,
    @Nullable JobError error,
    @Nullable JobError lastError,
    int events,
    int crashes,
    @Nullable Instant runAt,
    @Nullable Instant deadline,
    @JsonRawValue @Nullable String labels,
    @Nullable UUID parent,
    @Nullable String origin,
    @Nullable Instant cancelRequestedAt,
    @Nullable String cancelReason,
    @JsonRawValue @Nullable String usage,
    Links links) {

  /** How far the latest attempt is; {@code fraction} is 0.0 to 1.0. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ProgressDocument(
      double fraction,
      String message,
      @JsonRawValue @Nullable String counters,
      Instant updatedAt) {}

  /**
   * Where the time went, in milliseconds; still growing while the job is not final.
   *
   * @param waitedMillis from its creation to its latest start, earlier attempts included
   * @param ranMillis of its latest attempt
   */
  record Timings(long waitedMillis, long ranMillis) {}

  /** Where to go from here. */
  record Links(String self, String result, String log, String events, String attempts) {
    static Links of(UUID id) {
      String self = "/v1/jobs/" + id;
      return new Links(self, self + "/result", self + "/log", self + "/events", self + "/attempts");
    }
  }

  static JobDocument of(JobView job) {
    boolean failed = job.state() == JobState.FAILED;
    JobDetails details = job.details();
    return new JobDocument(
        job.id(),
        job.type(),
        job.state(),
        job.pool(),
        job.priority().wireName(),
        job.attempt(),
        job.failures(),
        job.maxAttempts(),
        progress(job),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt(),
        timings(job),
        job.worker(),
        failed ? job.error() : null,
        failed ? null : job.error(),
        details.events(),
        details.crashes(),
        job.state() == JobState.SCHEDULED ? details.runAt() : null,
        details.deadline(),
        details.labels(),
        details.parent(),
        details.origin(),
        details.cancelRequestedAt(),
        details.cancelReason(),
        details.usage(),
        Links.of(job.id()));
  }

  /**
   * The entity tag of what a job shows: its latest event and progress. It is weak, because times
   * that only run on make no difference.
   */
  static String tag(JobView job) {
    JobView.Progress progress = job.progress();
    long reported = progress == null ? 0 : progress.updatedAt().toEpochMilli();
    return "W/\"%d-%s-%d\"".formatted(job.details().events(), job.state(), reported);
  }

  private static @Nullable ProgressDocument progress(JobView job) {
    JobView.Progress progress = job.progress();
    if (progress == null) {
      return null;
    }
    // Stored as a 4-byte real; more digits than these would be noise.
    double rounded = Math.round(progress.fraction() * 10_000) / 10_000.0;
    return new ProgressDocument(
        job.state() == JobState.SUCCEEDED ? 1.0 : rounded,
        progress.message(),
        progress.counters(),
        progress.updatedAt());
  }

  private static Timings timings(JobView job) {
    Instant end = job.finishedAt() == null ? job.asOf() : job.finishedAt();
    Instant started = job.startedAt();
    if (started == null) {
      return new Timings(millis(job.createdAt(), end), 0);
    }
    boolean between = job.state() == JobState.READY || job.state() == JobState.SCHEDULED;
    return new Timings(millis(job.createdAt(), started), between ? 0 : millis(started, end));
  }

  private static long millis(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis());
  }
}
