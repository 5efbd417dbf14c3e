package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.admission.EditedPayloads;
import io.millrace.api.control.JobControls;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Decisions about one job: cancel it, run it again, say how it ended. */
@RestController
@RequestMapping(path = "/v1/jobs/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
final class ControlController {
  private final JobControls controls;
  private final EditedPayloads payloads;

  ControlController(JobControls controls, EditedPayloads payloads) {
    this.controls = controls;
    this.payloads = payloads;
  }

  /**
   * The answer to a cancelling.
   *
   * @param cancelled whether the job is CANCELLED; false while its worker has yet to obey, and for
   *     a job that had ended otherwise
   * @param cancelRequestedAt when it was first asked for; absent for a job that had ended before
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CancelDocument(
      UUID id,
      JobState state,
      boolean cancelled,
      @Nullable Instant cancelRequestedAt,
      @Nullable String reason,
      JobDocument.Links links) {
    static CancelDocument of(JobView job) {
      return new CancelDocument(
          job.id(),
          job.state(),
          job.state() == JobState.CANCELLED,
          job.details().cancelRequestedAt(),
          job.details().cancelReason(),
          JobDocument.Links.of(job.id()));
    }
  }

  @PostMapping("/cancel")
  CancelDocument cancel(@PathVariable("id") String id, HttpServletRequest request, Caller caller)
      throws IOException, SQLException {
    UUID uuid = JobIds.parse(id);
    RequestFields fields = RequestFields.ofOptional(request, "reason");
    String reason = fields.text("reason", Limits.MAX_REASON_CHARS);
    fields.check();
    return controls
        .cancel(caller.tenant(), uuid, reason)
        .map(CancelDocument::of)
        .orElseThrow(() -> Problems.noJob(uuid));
  }

  /** Where a job is after a decision. */
  record Decided(UUID id, JobState state, JobDocument.Links links) {
    static Decided of(JobView job) {
      return new Decided(job.id(), job.state(), JobDocument.Links.of(job.id()));
    }
  }

  @PostMapping("/retry")
  ResponseEntity<Decided> retry(
      @PathVariable("id") String id, HttpServletRequest request, Caller caller)
      throws IOException, SQLException {
    UUID uuid = JobIds.parse(id);
    RequestFields fields = RequestFields.ofOptional(request, "payload");
    fields.check();
    JobView job = find(caller, uuid);
    JsonNode payload = fields.document("payload");
    if (job.state() != JobState.FAILED) {
      throw ControlProblems.notFailed(uuid, job.state());
    }
    if (payload != null) {
      fields.wrong(payloads.check(job.type(), payload));
      fields.check();
    }
    String text = payload == null ? null : payload.toString();
    if (!controls.retry(caller.tenant(), uuid, text)) {
      JobState now = find(caller, uuid).state();
      throw now == JobState.FAILED
          ? ControlProblems.taskOfRun(uuid)
          : ControlProblems.notFailed(uuid, now);
    }
    return accepted(find(caller, uuid));
  }

  /** What may have become of a job whose worker died. */
  private enum Resolution {
    RETRY(JobState.READY),
    SUCCEED(JobState.SUCCEEDED),
    FAIL(JobState.FAILED);

    private final JobState to;

    Resolution(JobState to) {
      this.to = to;
    }
  }

  @PostMapping("/resolve")
  ResponseEntity<Decided> resolve(
      @PathVariable("id") String id, HttpServletRequest request, Caller caller)
      throws IOException, SQLException {
    UUID uuid = JobIds.parse(id);
    RequestFields fields = RequestFields.of(request, "outcome", "result", "reason");
    Resolution resolution = resolution(fields);
    String reason = fields.text("reason", Limits.MAX_REASON_CHARS);
    JsonNode result = fields.document("result");
    if (resolution == Resolution.SUCCEED && result == null) {
      fields.wrong("result", "result is missing: a job that succeeded has one, null will do");
    } else if (resolution != Resolution.SUCCEED && result != null) {
      fields.wrong("result", "only a job that succeeded has a result; leave it out");
    }
    fields.check();
    JobView job = find(caller, uuid);
    String text = result == null ? null : result.toString();
    if (job.state() != JobState.WAITING
        || !controls.resolve(caller.tenant(), uuid, resolution.to, text, reason)) {
      throw ControlProblems.notWaiting(uuid, find(caller, uuid).state());
    }
    return accepted(find(caller, uuid));
  }

  private static Resolution resolution(RequestFields fields) {
    String words = "retry, succeed or fail";
    if (!fields.has("outcome")) {
      fields.wrong("outcome", "outcome is missing; it must be " + words);
    }
    String name = fields.text("outcome", 20);
    for (Resolution resolution : Resolution.values()) {
      if (resolution.name().toLowerCase(Locale.ROOT).equals(name)) {
        return resolution;
      }
    }
    if (name != null) {
      fields.wrong("outcome", "outcome must be " + words);
    }
    return Resolution.RETRY;
  }

  private JobView find(Caller caller, UUID id) {
    return controls.find(caller.tenant(), id).orElseThrow(() -> Problems.noJob(id));
  }

  private static ResponseEntity<Decided> accepted(JobView job) {
    return ResponseEntity.accepted()
        .location(URI.create("/v1/jobs/" + job.id()))
        .body(Decided.of(job));
  }
}
