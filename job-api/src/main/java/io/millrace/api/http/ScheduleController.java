package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.admission.MalformedJsonException;
import io.millrace.api.admission.RefusedException;
import io.millrace.api.admission.RequestJson;
import io.millrace.api.schedule.Schedules;
import io.millrace.api.schedule.Schedules.Detail;
import io.millrace.model.Accepted;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.NewRun;
import io.millrace.model.Schedule;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Schedules of jobs and workflow runs. */
@RestController
@RequestMapping(path = "/v1/schedules", produces = MediaType.APPLICATION_JSON_VALUE)
final class ScheduleController {
  private static final Logger log = LoggerFactory.getLogger(ScheduleController.class);
  private static final Pattern NAME = Pattern.compile(Limits.SCHEDULE_NAME_PATTERN);
  private static final int MAX_PAGE = 200;

  private final RequestJson json = new RequestJson();
  private final Schedules schedules;

  ScheduleController(Schedules schedules) {
    this.schedules = schedules;
  }

  /** A page; {@code next} is what to ask for to go on, absent at the end. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Page(List<ScheduleDocument> schedules, @Nullable String next) {}

  /** The answer to a trigger that made a job. */
  record TriggeredJob(UUID id, JobState state, JobDocument.Links links) {}

  @PutMapping("/{name}")
  ResponseEntity<ScheduleDocument> put(
      @PathVariable("name") String name, HttpServletRequest request, Caller caller)
      throws IOException {
    String known = checked(name);
    byte[] body = Bodies.json(request, Limits.MAX_PAYLOAD_BYTES);
    try {
      Detail detail =
          schedules
              .put(caller.tenant(), known, json.read(body))
              .orElseThrow(ScheduleProblems::tooMany);
      boolean created = detail.schedule().version() == 1;
      return (created
              ? ResponseEntity.created(URI.create("/v1/schedules/" + known))
              : ResponseEntity.ok())
          .body(ScheduleDocument.of(detail));
    } catch (MalformedJsonException e) {
      throw Problems.malformed(e);
    } catch (RefusedException e) {
      throw ScheduleProblems.refused(e);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @GetMapping
  Page list(
      @RequestParam(name = "limit", defaultValue = "50") String limit,
      @RequestParam(name = "after", defaultValue = "") String after,
      Caller caller) {
    int most = limit(limit);
    try {
      List<Schedule> found = schedules.list(caller.tenant(), after, most + 1);
      List<Schedule> page = found.subList(0, Math.min(most, found.size()));
      return new Page(
          page.stream().map(ScheduleDocument::listed).toList(),
          found.size() > most
              ? "/v1/schedules?limit=" + most + "&after=" + page.getLast().name()
              : null);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @GetMapping("/{name}")
  ScheduleDocument get(@PathVariable("name") String name, Caller caller) {
    String known = checked(name);
    try {
      return schedules
          .find(caller.tenant(), known)
          .map(ScheduleDocument::of)
          .orElseThrow(() -> ScheduleProblems.noSchedule(known));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @DeleteMapping("/{name}")
  ResponseEntity<Void> delete(@PathVariable("name") String name, Caller caller) {
    String known = checked(name);
    try {
      if (!schedules.delete(caller.tenant(), known)) {
        throw ScheduleProblems.noSchedule(known);
      }
      return ResponseEntity.noContent().build();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @PostMapping("/{name}/pause")
  ScheduleDocument pause(@PathVariable("name") String name, Caller caller) {
    return paused(name, true, caller);
  }

  @PostMapping("/{name}/resume")
  ScheduleDocument resume(@PathVariable("name") String name, Caller caller) {
    return paused(name, false, caller);
  }

  @PostMapping("/{name}/trigger")
  ResponseEntity<?> trigger(
      @PathVariable("name") String name, HttpServletRequest request, Caller caller) {
    String known = checked(name);
    try {
      Schedules.Triggered triggered =
          schedules
              .trigger(caller.tenant(), known, TraceContext.of(request))
              .orElseThrow(() -> ScheduleProblems.noSchedule(known));
      return switch (triggered) {
        case Schedules.Triggered.Job(Accepted accepted) -> receipt(accepted);
        case Schedules.Triggered.Run(NewRun run) -> RunStarts.receipt(run);
      };
    } catch (RefusedException e) {
      throw ScheduleProblems.jobRefused(known, e);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static ResponseEntity<TriggeredJob> receipt(Accepted accepted) {
    if (!(accepted instanceof Accepted.Stored(UUID id, JobState state, var _))) {
      throw new IllegalStateException("no key and no parent was given");
    }
    return ResponseEntity.accepted()
        .location(URI.create("/v1/jobs/" + id))
        .body(new TriggeredJob(id, state, JobDocument.Links.of(id)));
  }

  private ScheduleDocument paused(String name, boolean paused, Caller caller) {
    String known = checked(name);
    try {
      return schedules
          .pause(caller.tenant(), known, paused)
          .map(ScheduleDocument::of)
          .orElseThrow(() -> ScheduleProblems.noSchedule(known));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw ScheduleProblems.badName();
    }
    return name;
  }

  private static int limit(String text) {
    int limit = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_PAGE) {
      throw ScheduleProblems.badPage("limit must be an integer, 1 to " + MAX_PAGE);
    }
    return limit;
  }

  private static ProblemException failed(SQLException e) {
    log.warn("request about schedules failed at the database error={}", e.toString());
    return Problems.databaseDown();
  }
}
