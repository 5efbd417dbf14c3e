package io.millrace.api.http;

import io.millrace.api.run.RunWatch;
import io.millrace.model.Limits;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import io.millrace.store.EventStore.Position;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A run's numbered log: page by page, waiting for more, or as a stream; like a job's. */
@RestController
final class RunEventController {
  private final RunWatch runs;
  private final Waits waits;
  private final StreamCounts counts;

  RunEventController(RunWatch runs, StreamCounts counts) {
    this.runs = runs;
    this.waits = new Waits(runs.loop(), runs.log());
    this.counts = counts;
  }

  /** One path for both, told apart by Accept; null when a stream is the answer. */
  @GetMapping(
      path = "/v1/runs/{id}/events",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_EVENT_STREAM_VALUE})
  @Nullable ResponseEntity<RunEventsDocument> events(
      @PathVariable("id") String id,
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller)
      throws IOException, SQLException {
    UUID run = JobIds.parse(id);
    return EventController.wantsStream(request)
        ? stream(caller.tenant(), run, request, response)
        : page(caller.tenant(), run, request, response);
  }

  private ResponseEntity<RunEventsDocument> page(
      String tenant, UUID run, HttpServletRequest request, HttpServletResponse response)
      throws SQLException {
    int after = EventController.parameter(request, "after", 0, 0, Integer.MAX_VALUE - 1);
    int limit =
        EventController.parameter(
            request, "limit", EventController.DEFAULT_LIMIT, 1, Limits.MAX_EVENT_PAGE);
    OptionalInt preferred = Preferences.waitSeconds(request);
    preferred.ifPresent(seconds -> Preferences.applied(response, seconds));
    int wait =
        EventController.parameter(request, "wait", preferred.orElse(0), 0, Limits.MAX_WAIT_SECONDS);
    Page page = read(tenant, run, after, limit);
    if (wait > 0 && page.events().isEmpty() && !page.head().isFinal()) {
      waits.await(tenant, run, after, wait);
      page = read(tenant, run, after, limit);
    }
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .contentType(MediaType.APPLICATION_JSON)
        .body(RunEventsDocument.of(page, after));
  }

  private Page read(String tenant, UUID run, int after, int limit) throws SQLException {
    return runs.log().pages(List.of(new Position(tenant, run, after)), limit).stream()
        .findFirst()
        .orElseThrow(() -> RunProblems.noRun(run));
  }

  private @Nullable ResponseEntity<RunEventsDocument> stream(
      String tenant, UUID run, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    int after = EventController.position(request);
    Head head = waits.head(tenant, run).orElseThrow(() -> RunProblems.noRun(run));
    if (head.isFinal() && after >= head.last()) {
      // A browser comes back when a stream ends, unless it gets this.
      return ResponseEntity.noContent().build();
    }
    if (!EventStream.start(
        tenant, run, after, SseText::ofRun, runs.loop(), counts, request, response)) {
      throw EventProblems.tooMany(runs.loop().watching());
    }
    return null;
  }
}
