package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.api.control.Replays;
import io.millrace.document.FieldError;
import io.millrace.model.Replay;
import io.millrace.store.ReplayStore;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Replays of dead letters: how far they are, what became of each job. */
@RestController
@RequestMapping(path = "/v1/replays", produces = MediaType.APPLICATION_JSON_VALUE)
final class ReplayController {
  private static final int LATEST = 100;
  private static final int MAX_ITEMS = 500;
  private static final int USUAL_ITEMS = 100;

  private final Replays replays;

  ReplayController(Replays replays) {
    this.replays = replays;
  }

  /**
   * A replay.
   *
   * @param listing whether it is still finding out what to replay, so that {@code total} grows
   * @param newPayload whether the jobs get another payload than their own
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ReplayDocument(
      UUID id,
      Replay.State state,
      boolean listing,
      int total,
      int replayed,
      int skipped,
      @JsonRawValue String filter,
      boolean newPayload,
      @Nullable Integer ratePerSecond,
      Instant createdAt,
      @Nullable Instant finishedAt,
      Links links) {
    static ReplayDocument of(Replay replay) {
      return new ReplayDocument(
          replay.id(),
          replay.state(),
          replay.listing(),
          replay.total(),
          replay.replayed(),
          replay.skipped(),
          replay.filter(),
          replay.payload() != null,
          replay.rate(),
          replay.createdAt(),
          replay.finishedAt(),
          Links.of(replay.id()));
    }
  }

  /** Where to go from here. */
  record Links(String self, String items) {
    static Links of(UUID id) {
      return new Links("/v1/replays/" + id, "/v1/replays/" + id + "/items");
    }
  }

  /** The latest replays, the newest first. */
  record ReplayList(List<ReplayDocument> replays) {}

  @GetMapping
  ReplayList list(Caller caller) {
    return new ReplayList(
        replays.latest(caller.tenant(), LATEST).stream().map(ReplayDocument::of).toList());
  }

  @GetMapping("/{id}")
  ReplayDocument one(@PathVariable("id") String id, Caller caller) {
    return ReplayDocument.of(find(caller, JobIds.parse(id)));
  }

  @PostMapping("/{id}/pause")
  ReplayDocument pause(@PathVariable("id") String id, Caller caller) {
    return move(caller, JobIds.parse(id), Replay.State.PAUSED);
  }

  @PostMapping("/{id}/resume")
  ReplayDocument resume(@PathVariable("id") String id, Caller caller) {
    return move(caller, JobIds.parse(id), Replay.State.RUNNING);
  }

  @PostMapping("/{id}/cancel")
  ReplayDocument cancel(@PathVariable("id") String id, Caller caller) {
    return move(caller, JobIds.parse(id), Replay.State.CANCELLED);
  }

  /** One job of a replay; {@code detail} says why it was skipped. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ItemDocument(
      UUID job, Replay.ItemState state, @Nullable String detail, @Nullable Instant at) {}

  /**
   * Some jobs of a replay, in order of id.
   *
   * @param next the path of the next page; absent when there is nothing more
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ItemList(List<ItemDocument> items, @Nullable String next) {}

  @GetMapping("/{id}/items")
  ItemList items(@PathVariable("id") String id, HttpServletRequest request, Caller caller) {
    UUID uuid = JobIds.parse(id);
    Map<String, String[]> parameters = request.getParameterMap();
    List<FieldError> faults = new ArrayList<>();
    DeadLetterQuery.known(parameters, List.of("state", "after", "limit"), faults);
    int limit = DeadLetterQuery.limit(parameters, MAX_ITEMS, USUAL_ITEMS, faults);
    Replay.ItemState state = state(DeadLetterQuery.first(parameters, "state"), faults);
    String after = DeadLetterQuery.first(parameters, "after");
    if (after != null && !JobIds.isId(after)) {
      faults.add(new FieldError("?after", "after must be the id of a job, a UUID"));
    }
    if (!faults.isEmpty()) {
      throw ControlProblems.badQuery(faults);
    }
    find(caller, uuid);
    ReplayStore.Items page =
        replays.items(uuid, state, after == null ? null : UUID.fromString(after), limit);
    String self = "/v1/replays/" + uuid + "/items?limit=" + limit;
    return new ItemList(
        page.items().stream()
            .map(item -> new ItemDocument(item.job(), item.state(), item.detail(), item.at()))
            .toList(),
        page.next() == null
            ? null
            : self + (state == null ? "" : "&state=" + state) + "&after=" + page.next());
  }

  private static Replay.@Nullable ItemState state(@Nullable String name, List<FieldError> faults) {
    if (name == null) {
      return null;
    }
    for (Replay.ItemState state : Replay.ItemState.values()) {
      if (state.name().equalsIgnoreCase(name)) {
        return state;
      }
    }
    faults.add(new FieldError("?state", "state must be PENDING, REPLAYED or SKIPPED"));
    return null;
  }

  private ReplayDocument move(Caller caller, UUID id, Replay.State to) {
    Replay replay =
        replays.move(caller.tenant(), id, to).orElseThrow(() -> ControlProblems.noReplay(id));
    if (replay.state() != to) {
      throw ControlProblems.replayEnded(id, replay.state());
    }
    return ReplayDocument.of(replay);
  }

  private Replay find(Caller caller, UUID id) {
    return replays.find(caller.tenant(), id).orElseThrow(() -> ControlProblems.noReplay(id));
  }
}
