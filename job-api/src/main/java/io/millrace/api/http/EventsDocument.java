package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.model.JobEvent;
import io.millrace.store.EventStore.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A page of a job's log.
 *
 * @param events in order of their numbers
 * @param gaps numbers before the last one here that are not there, because they were trimmed
 * @param next what to pass as {@code after} for what follows
 * @param last number of the latest event there is
 * @param isFinal whether the job is final and nothing follows this page
 */
record EventsDocument(
    UUID jobId,
    List<Event> events,
    List<Gap> gaps,
    int next,
    int last,
    @JsonProperty("final") boolean isFinal) {

  /** One event; {@code detail} is an object, when there is something to add. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Event(
      int n, Instant at, String kind, int attempt, @JsonRawValue @Nullable String detail) {}

  /** Numbers that are not there, both inclusive. */
  record Gap(int from, int to) {}

  static EventsDocument of(Page page, int after) {
    int last = page.head().last();
    List<Event> events = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    int next = after;
    for (JobEvent event : page.events()) {
      if (event.n() > next + 1) {
        gaps.add(new Gap(next + 1, event.n() - 1));
      }
      events.add(new Event(event.n(), event.at(), event.kind(), event.attempt(), event.detail()));
      next = event.n();
    }
    return new EventsDocument(
        page.head().id(), events, gaps, next, last, page.head().isFinal() && next >= last);
  }
}
