package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.admission.ScheduleAdmission;
import io.millrace.api.schedule.Schedules.Detail;
import io.millrace.model.Firing;
import io.millrace.model.Schedule;
import io.millrace.model.ScheduleWork;
import io.millrace.model.Timing;
import io.millrace.schedule.JobTemplate;
import io.millrace.schedule.RunTemplate;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A schedule as {@code GET /v1/schedules/{name}} shows it; in a list without {@code job}, {@code
 * run}, {@code next} and {@code firings}. Times are the database's, in UTC.
 *
 * @param queuedAt an instant that waits for the job or run before it to end
 * @param next the coming instants, none while paused
 * @param firings what became of the latest instants, the latest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScheduleDocument(
    String name,
    @Nullable String cron,
    @Nullable String zone,
    @Nullable String every,
    @Nullable JsonNode job,
    @Nullable JsonNode run,
    String overlap,
    CatchUpDocument catchUp,
    boolean paused,
    @Nullable Instant nextAt,
    @Nullable Instant lastAt,
    @Nullable UUID lastJob,
    @Nullable UUID lastRun,
    @Nullable Instant queuedAt,
    int version,
    Instant createdAt,
    Instant updatedAt,
    @Nullable List<Instant> next,
    @Nullable List<FiringDocument> firings,
    Links links) {

  /** {@code most} under the policy {@code all} alone. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CatchUpDocument(String policy, @Nullable Integer most) {}

  /** One instant, and the job or run made for it or why there is none. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record FiringDocument(
      Instant at, String outcome, @Nullable UUID job, @Nullable UUID run, @Nullable String detail) {
    static FiringDocument of(Firing firing) {
      return new FiringDocument(
          firing.at(), firing.outcome().name(), firing.job(), firing.run(), firing.detail());
    }
  }

  /** Where to go from here. */
  record Links(String self) {}

  static ScheduleDocument of(Detail detail) {
    return of(
        detail.schedule(),
        true,
        detail.next(),
        detail.firings().stream().map(FiringDocument::of).toList());
  }

  static ScheduleDocument listed(Schedule schedule) {
    return of(schedule, false, null, null);
  }

  private static ScheduleDocument of(
      Schedule schedule,
      boolean whole,
      @Nullable List<Instant> next,
      @Nullable List<FiringDocument> firings) {
    Timing.Cron cron = schedule.timing() instanceof Timing.Cron c ? c : null;
    Timing.Every every = schedule.timing() instanceof Timing.Every e ? e : null;
    return new ScheduleDocument(
        schedule.name(),
        cron == null ? null : cron.expression(),
        cron == null ? null : cron.zone(),
        every == null ? null : shown(every.millis()),
        whole && schedule.work() instanceof ScheduleWork.Job(String template)
            ? JobTemplate.decode(template).request()
            : null,
        whole && schedule.work() instanceof ScheduleWork.Run(String template)
            ? RunTemplate.decode(template).request()
            : null,
        ScheduleAdmission.word(schedule.overlap()),
        new CatchUpDocument(
            ScheduleAdmission.word(schedule.catchUp()),
            switch (schedule.catchUp()) {
              case NONE, LAST -> null;
              case ALL -> schedule.catchUpMost();
            }),
        schedule.paused(),
        schedule.nextAt(),
        schedule.lastAt(),
        schedule.lastJob(),
        schedule.lastRun(),
        schedule.queuedAt(),
        schedule.version(),
        schedule.createdAt(),
        schedule.updatedAt(),
        next,
        firings,
        new Links("/v1/schedules/" + schedule.name()));
  }

  /** In the largest unit that leaves no rest. */
  private static String shown(long millis) {
    if (millis % 86_400_000 == 0) {
      return millis / 86_400_000 + "d";
    }
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }
}
