package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.query.JobReader;
import io.millrace.store.AttemptStore.FailedAttempt;
import io.millrace.store.JobListStore;
import io.millrace.store.JobListStore.Page;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists: of jobs, and of what went wrong with one. */
@RestController
@RequestMapping(path = "/v1/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
final class JobListController {
  private final JobListStore lists;
  private final JobReader jobs;

  JobListController(JobListStore lists, JobReader jobs) {
    this.lists = lists;
    this.jobs = jobs;
  }

  /**
   * A page of jobs, newest first.
   *
   * @param next the path of the next page; absent when there is nothing more
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Listing(List<JobDocument> jobs, @Nullable String next) {}

  @GetMapping
  Listing list(HttpServletRequest request, Caller caller) {
    ListQuery query = ListQuery.of(request.getParameterMap());
    Page page = lists.page(caller.tenant(), query.filter(), query.after(), query.limit());
    UUID next = page.next();
    return new Listing(
        page.jobs().stream().map(JobDocument::of).toList(),
        next == null ? null : query.pathAfter(next));
  }

  /** The attempts of a job that failed, in their order. */
  record Attempts(List<FailedAttempt> attempts) {}

  @GetMapping("/{id}/attempts")
  Attempts attempts(@PathVariable("id") String id, Caller caller) throws SQLException {
    UUID uuid = JobController.parse(id);
    return new Attempts(
        jobs.failures(caller.tenant(), uuid).orElseThrow(() -> Problems.noJob(uuid)));
  }
}
