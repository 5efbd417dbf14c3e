package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.query.DrainRate;
import io.millrace.api.query.Why;
import io.millrace.api.query.WhyAnswer;
import io.millrace.model.JobError;
import io.millrace.model.JobFacts.Hold;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.RunLimit;
import io.millrace.store.JobStore;
import io.millrace.store.WhyStore;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Why a job is where it is. */
@RestController
final class WhyController {
  private final JobStore jobs;
  private final WhyStore facts;
  private final DrainRate drain;

  WhyController(JobStore jobs, WhyStore facts, DrainRate drain) {
    this.jobs = jobs;
    this.facts = facts;
    this.drain = drain;
  }

  /** The answer; absent is what does not apply or is not known. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record WhyDocument(
      UUID id,
      JobState state,
      WhyAnswer.Code code,
      String sentence,
      Instant asOf,
      @Nullable Instant since,
      WhyAnswer.@Nullable Position before,
      @Nullable Instant estimatedStart,
      @Nullable Instant nextAt,
      List<HoldDocument> limits,
      @Nullable String worker,
      @Nullable Long silentMillis,
      @Nullable JobError lastError,
      Links links) {
    static WhyDocument of(JobView job, WhyAnswer why) {
      return new WhyDocument(
          job.id(),
          job.state(),
          why.code(),
          why.sentence(),
          job.asOf(),
          why.since(),
          why.position(),
          why.startsAt(),
          why.nextAt(),
          why.limits().stream().map(HoldDocument::of).toList(),
          why.worker(),
          why.silentMillis(),
          job.error(),
          Links.of(job.id(), why.code()));
    }
  }

  /** Where to go from here; {@code resolve} when an operator must decide. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Links(String self, @Nullable String resolve, @Nullable String retry) {
    static Links of(UUID id, WhyAnswer.Code code) {
      String self = "/v1/jobs/" + id;
      return new Links(
          self,
          code == WhyAnswer.Code.OPERATOR_MUST_DECIDE ? self + "/resolve" : null,
          code == WhyAnswer.Code.FAILED ? self + "/retry" : null);
    }
  }

  /** A limit that applies to the job, and how much of it is taken. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HoldDocument(
      String scope,
      String subject,
      @Nullable Integer maxRunning,
      @Nullable Integer running,
      LimitController.@Nullable RateDocument rate,
      @Nullable Integer started,
      boolean holds,
      List<UUID> holders,
      int others) {
    static HoldDocument of(Hold hold) {
      RunLimit limit = hold.limit();
      LimitController.RateDocument rate = LimitController.RateDocument.of(limit);
      return new HoldDocument(
          limit.scope().name().toLowerCase(Locale.ROOT),
          limit.subject(),
          limit.maxRunning(),
          limit.maxRunning() == null ? null : hold.running(),
          rate,
          rate == null ? null : hold.started(),
          hold.isFull() || hold.isUsedUp(),
          hold.holders(),
          hold.others());
    }
  }

  @GetMapping(path = "/v1/jobs/{id}/why", produces = MediaType.APPLICATION_JSON_VALUE)
  WhyDocument why(@PathVariable("id") String id, Caller caller) {
    UUID uuid = JobIds.parse(id);
    JobView job = jobs.find(caller.tenant(), uuid).orElseThrow(() -> Problems.noJob(uuid));
    return WhyDocument.of(
        job,
        Why.of(
            job, facts.facts(caller.tenant(), job), drain.perSecond(job.pool(), job.priority())));
  }
}
