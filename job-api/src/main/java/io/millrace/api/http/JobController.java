package io.millrace.api.http;

import io.millrace.api.admission.Admission;
import io.millrace.api.admission.MalformedJsonException;
import io.millrace.api.admission.RefusedException;
import io.millrace.api.admission.RequestJson;
import io.millrace.api.intake.Intake;
import io.millrace.api.intake.IntakeRefusedException;
import io.millrace.api.query.JobReader;
import io.millrace.model.Accepted;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.StoredResult;
import io.millrace.store.JobStore.LogLine;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Submitting jobs and asking about them. */
@RestController
@RequestMapping(path = "/v1/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
final class JobController {
  private static final Logger log = LoggerFactory.getLogger(JobController.class);

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private final RequestJson json = new RequestJson();
  private final Admission admission;
  private final Intake intake;
  private final JobReader jobs;
  private final Waits waits;

  JobController(Admission admission, Intake intake, JobReader jobs, Waits waits) {
    this.admission = admission;
    this.intake = intake;
    this.jobs = jobs;
    this.waits = waits;
  }

  /** The job as it ended, if the caller prefers to wait and it did in time; else a receipt. */
  private ResponseEntity<?> answer(
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller,
      UUID id,
      JobState state) {
    if (waits.untilFinal(request, response, caller.tenant(), id)) {
      return ResponseEntity.ok()
          .location(URI.create("/v1/jobs/" + id))
          .body(jobs.status(caller.tenant(), id).map(JobDocument::of).orElseThrow());
    }
    return ResponseEntity.accepted()
        .location(URI.create("/v1/jobs/" + id))
        .body(new Receipt(id, state, JobDocument.Links.of(id)));
  }

  /** The answer to an accepted job. */
  record Receipt(UUID id, JobState state, JobDocument.Links links) {}

  @PostMapping
  ResponseEntity<?> submit(HttpServletRequest request, HttpServletResponse response, Caller caller)
      throws IOException {
    byte[] body = Bodies.json(request, Limits.MAX_PAYLOAD_BYTES);
    NewJob job;
    try {
      job = admission.admit(json.read(body), caller.tenant(), TraceContext.of(request));
    } catch (MalformedJsonException e) {
      throw Problems.malformed(e);
    } catch (RefusedException e) {
      throw Problems.refused(e);
    }
    return switch (committed(job)) {
      case Accepted.Stored(UUID id, JobState state) -> answer(request, response, caller, id, state);
      case Accepted.Repeated(UUID id, JobState state) ->
          answer(request, response, caller, id, state);
      case Accepted.KeyReused _, Accepted.NoParent _ ->
          throw new IllegalStateException("no key and no parent was given");
    };
  }

  @GetMapping("/{id}")
  JobDocument status(
      @PathVariable("id") String id,
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller) {
    UUID uuid = parse(id);
    waits.untilNews(request, response, caller.tenant(), uuid);
    return jobs.status(caller.tenant(), uuid)
        .map(JobDocument::of)
        .orElseThrow(() -> Problems.noJob(uuid));
  }

  @GetMapping("/{id}/result")
  ResponseEntity<String> result(@PathVariable("id") String id, Caller caller) {
    UUID uuid = parse(id);
    StoredResult stored =
        jobs.result(caller.tenant(), uuid).orElseThrow(() -> Problems.noJob(uuid));
    if (!stored.state().isFinal()) {
      throw Problems.notFinished(uuid, stored.state());
    }
    if (stored.json() == null) {
      throw Problems.noResult(uuid, stored.state(), stored.error());
    }
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(stored.json());
  }

  /** A job's log so far, at most the lines a job may keep for each of its attempts. */
  record LogDocument(List<LogLine> lines) {}

  @GetMapping("/{id}/log")
  LogDocument log(@PathVariable("id") String id, Caller caller) {
    UUID uuid = parse(id);
    return jobs.log(caller.tenant(), uuid, 10 * Limits.MAX_LOG_LINES)
        .map(LogDocument::new)
        .orElseThrow(() -> Problems.noJob(uuid));
  }

  private Accepted committed(NewJob job) {
    try {
      return intake.submit(job).get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IntakeRefusedException refused) {
        throw IntakeProblems.refused(refused);
      }
      if (cause instanceof SQLException) {
        log.warn("job not accepted, the database failed error={}", cause.toString());
        throw Problems.databaseDown();
      }
      throw new IllegalStateException("intake failed", cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problems.overloaded("the service is stopping");
    }
  }

  static UUID parse(String id) {
    if (!UUID_FORM.matcher(id).matches()) {
      throw Problems.badId(id);
    }
    return UUID.fromString(id);
  }
}
