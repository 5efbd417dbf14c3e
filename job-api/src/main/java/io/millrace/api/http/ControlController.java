package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.control.JobControls;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Decisions about one job: cancel it, run it again, say how it ended. */
@RestController
@RequestMapping(path = "/v1/jobs/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
final class ControlController {
  private final JobControls controls;

  ControlController(JobControls controls) {
    this.controls = controls;
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
    UUID uuid = JobController.parse(id);
    RequestFields fields = RequestFields.ofOptional(request, "reason");
    String reason = fields.text("reason", Limits.MAX_REASON_CHARS);
    fields.check();
    return controls
        .cancel(caller.tenant(), uuid, reason)
        .map(CancelDocument::of)
        .orElseThrow(() -> Problems.noJob(uuid));
  }
}
