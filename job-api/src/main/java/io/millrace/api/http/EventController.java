package io.millrace.api.http;

import io.millrace.api.watch.JobLog;
import io.millrace.api.watch.WatchLoop;
import io.millrace.model.Limits;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import io.millrace.store.EventStore.Position;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A job's numbered log: page by page, waiting for more, or as a stream. */
@RestController
final class EventController {
  private static final Logger log = LoggerFactory.getLogger(EventController.class);
  private static final String LAST_EVENT_ID = "Last-Event-ID";
  static final int DEFAULT_LIMIT = 100;

  private final JobLog jobs;
  private final Waits waits;
  private final WatchLoop loop;
  private final StreamCounts counts;

  EventController(JobLog jobs, Waits waits, WatchLoop loop, StreamCounts counts) {
    this.jobs = jobs;
    this.waits = waits;
    this.loop = loop;
    this.counts = counts;
  }

  /** One path for both, told apart by Accept; null when a stream is the answer. */
  @GetMapping(
      path = "/v1/jobs/{id}/events",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_EVENT_STREAM_VALUE})
  @Nullable ResponseEntity<EventsDocument> events(
      @PathVariable("id") String id,
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller)
      throws IOException {
    UUID uuid = JobController.parse(id);
    return wantsStream(request)
        ? stream(caller.tenant(), uuid, request, response)
        : page(caller.tenant(), uuid, request, response);
  }

  private ResponseEntity<EventsDocument> page(
      String tenant, UUID id, HttpServletRequest request, HttpServletResponse response) {
    int after = parameter(request, "after", 0, 0, Integer.MAX_VALUE - 1);
    int limit = parameter(request, "limit", DEFAULT_LIMIT, 1, Limits.MAX_EVENT_PAGE);
    OptionalInt preferred = Preferences.waitSeconds(request);
    preferred.ifPresent(seconds -> Preferences.applied(response, seconds));
    int wait = parameter(request, "wait", preferred.orElse(0), 0, Limits.MAX_WAIT_SECONDS);
    Page page = read(tenant, id, after, limit);
    if (wait > 0 && page.events().isEmpty() && !page.head().isFinal()) {
      waits.await(tenant, id, after, wait);
      page = read(tenant, id, after, limit);
    }
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .contentType(MediaType.APPLICATION_JSON)
        .body(EventsDocument.of(page, after));
  }

  private @Nullable ResponseEntity<EventsDocument> stream(
      String tenant, UUID id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    int after = position(request);
    Head head = waits.head(tenant, id).orElseThrow(() -> Problems.noJob(id));
    if (head.isFinal() && after >= head.last()) {
      // A browser comes back when a stream ends, unless it gets this.
      return ResponseEntity.noContent().build();
    }
    if (!EventStream.start(tenant, id, after, SseText::event, loop, counts, request, response)) {
      throw EventProblems.tooMany(loop.watching());
    }
    return null;
  }

  private Page read(String tenant, UUID id, int after, int limit) {
    try {
      return jobs.pages(List.of(new Position(tenant, id, after)), limit).stream()
          .findFirst()
          .orElseThrow(() -> Problems.noJob(id));
    } catch (SQLException e) {
      log.warn("request failed at the database job={} error={}", id, e.toString());
      throw Problems.databaseDown();
    }
  }

  /** Where a stream goes on: the header of a reconnecting reader, else the parameter. */
  static int position(HttpServletRequest request) {
    String header = request.getHeader(LAST_EVENT_ID);
    return header == null || header.isBlank()
        ? parameter(request, "after", 0, 0, Integer.MAX_VALUE - 1)
        : number(LAST_EVENT_ID, header.strip(), 0, Integer.MAX_VALUE - 1);
  }

  static int parameter(HttpServletRequest request, String name, int otherwise, int min, int max) {
    String value = request.getParameter(name);
    return value == null ? otherwise : number(name, value, min, max);
  }

  private static int number(String name, String value, int min, int max) {
    if (!value.matches("[0-9]{1,10}")
        || Long.parseLong(value) < min
        || Long.parseLong(value) > max) {
      throw EventProblems.badNumber(name, value, min, max);
    }
    return Integer.parseInt(value);
  }

  /** Only who names the type of streams gets one, and who does not like JSON better. */
  static boolean wantsStream(HttpServletRequest request) {
    double stream = 0;
    double json = 0;
    for (String line : Collections.list(request.getHeaders("Accept"))) {
      for (MediaType type : MediaType.parseMediaTypes(line)) {
        if (type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM)) {
          stream = Math.max(stream, type.getQualityValue());
        } else if (type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
          json = Math.max(json, type.getQualityValue());
        }
      }
    }
    return stream > 0 && stream >= json;
  }
}
