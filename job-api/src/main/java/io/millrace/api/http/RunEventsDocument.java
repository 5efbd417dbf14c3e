package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.store.EventStore.Page;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A page of a run's log; its fields mean what those of {@link EventsDocument} do. */
record RunEventsDocument(
    UUID runId,
    List<Event> events,
    List<EventsDocument.Gap> gaps,
    int next,
    int last,
    @JsonProperty("final") boolean isFinal) {

  /** One event; {@code detail} is an object, when there is something to add. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Event(int n, Instant at, String kind, @JsonRawValue @Nullable String detail) {}

  static RunEventsDocument of(Page page, int after) {
    EventsDocument same = EventsDocument.of(page, after);
    return new RunEventsDocument(
        same.jobId(),
        same.events().stream()
            .map(event -> new Event(event.n(), event.at(), event.kind(), event.detail()))
            .toList(),
        same.gaps(),
        same.next(),
        same.last(),
        same.isFinal());
  }
}
