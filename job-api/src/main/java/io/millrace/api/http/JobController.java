package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.admission.IdempotencyKeys;
import io.millrace.api.http.Submissions.Submitter;
import io.millrace.api.http.Submissions.Taken;
import io.millrace.api.query.JobReader;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.StoredResult;
import io.millrace.store.JobStore.LogLine;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Submitting jobs and asking about them. */
@RestController
@RequestMapping(path = "/v1/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
final class JobController {
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private final Submissions submissions;
  private final JobReader jobs;
  private final Waits waits;
  private final Answers answers;

  JobController(Submissions submissions, JobReader jobs, Waits waits, Answers answers) {
    this.submissions = submissions;
    this.jobs = jobs;
    this.waits = waits;
    this.answers = answers;
  }

  /** The answer to an accepted job. */
  record Receipt(
      UUID id,
      JobState state,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CacheDocument cache,
      JobDocument.Links links) {}

  /** Answers the job as it ended, if the caller prefers to wait and it did; else a receipt. */
  @PostMapping
  void submit(HttpServletRequest request, HttpServletResponse response, Caller caller)
      throws IOException, SQLException {
    String key = Headers.idempotencyKey(request);
    JsonNode body = submissions.read(Bodies.json(request, Limits.MAX_PAYLOAD_BYTES));
    Submitter submitter = new Submitter(caller.tenant(), TraceContext.of(request));
    NewJob job = submissions.admit(body, submitter, IdempotencyKeys.SUBMIT, key);
    Taken taken = submissions.taken(submissions.submit(job));
    UUID id = taken.id();
    Headers.keyed(key, taken, response);
    response.setHeader(HttpHeaders.LOCATION, "/v1/jobs/" + id);
    if (waits.untilFinal(request, response, caller.tenant(), id)) {
      JobView view = jobs.status(caller.tenant(), id).orElseThrow();
      answers.write(response, HttpServletResponse.SC_OK, JobDocument.of(view));
    } else {
      Receipt receipt =
          new Receipt(id, taken.state(), CacheDocument.of(taken.cache()), JobDocument.Links.of(id));
      answers.write(response, HttpServletResponse.SC_ACCEPTED, receipt);
    }
  }

  /** Answers 304 to a caller who knows this event and progress already. */
  @GetMapping("/{id}")
  ResponseEntity<JobDocument> status(
      @PathVariable("id") String id,
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller)
      throws SQLException {
    UUID uuid = parse(id);
    waits.untilNews(request, response, caller.tenant(), uuid);
    JobView job = jobs.status(caller.tenant(), uuid).orElseThrow(() -> Problems.noJob(uuid));
    return ResponseEntity.ok().eTag(JobDocument.tag(job)).body(JobDocument.of(job));
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

  static boolean isId(String id) {
    return UUID_FORM.matcher(id).matches();
  }

  /**
   * Reads the id of a path.
   *
   * @throws ProblemException 400 when it is no UUID
   */
  static UUID parse(String id) {
    if (!isId(id)) {
      throw Problems.badId(id);
    }
    return UUID.fromString(id);
  }
}
