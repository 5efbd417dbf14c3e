package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.api.admission.EditedPayloads;
import io.millrace.api.control.Replays;
import io.millrace.document.FieldError;
import io.millrace.model.DeadLetter;
import io.millrace.model.DeadLetterFilter;
import io.millrace.model.JobError;
import io.millrace.model.Replay;
import io.millrace.store.DeadLetterStore;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** FAILED jobs: found by what they are and when they failed, run again together. */
@RestController
@RequestMapping(path = "/v1/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
final class DeadLetterController {
  /** Most jobs that a replay may name one by one. */
  static final int MAX_IDS = 1_000;

  static final int MAX_RATE = 10_000;

  private final DeadLetterStore letters;
  private final Replays replays;
  private final EditedPayloads payloads;

  DeadLetterController(DeadLetterStore letters, Replays replays, EditedPayloads payloads) {
    this.letters = letters;
    this.replays = replays;
    this.payloads = payloads;
  }

  /** One dead letter. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LetterDocument(
      UUID id,
      String type,
      int attempt,
      Instant createdAt,
      Instant failedAt,
      JobError error,
      @JsonRawValue @Nullable String labels,
      JobDocument.Links links) {
    static LetterDocument of(DeadLetter letter) {
      return new LetterDocument(
          letter.id(),
          letter.type(),
          letter.attempt(),
          letter.createdAt(),
          letter.failedAt(),
          letter.error(),
          letter.labels(),
          JobDocument.Links.of(letter.id()));
    }
  }

  /**
   * A page of dead letters, those that failed first.
   *
   * @param next the path of the next page; absent when there is nothing more
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LetterList(List<LetterDocument> deadLetters, @Nullable String next) {}

  @GetMapping
  LetterList list(HttpServletRequest request, Caller caller) throws SQLException {
    DeadLetterQuery query = DeadLetterQuery.of(request.getParameterMap());
    DeadLetterStore.Page page =
        letters.page(caller.tenant(), query.filter(), query.after(), query.limit());
    DeadLetterStore.After next = page.next();
    return new LetterList(
        page.letters().stream().map(LetterDocument::of).toList(),
        next == null ? null : query.pathAfter(next));
  }

  @PostMapping("/replay")
  ResponseEntity<ReplayController.ReplayDocument> replay(HttpServletRequest request, Caller caller)
      throws IOException, SQLException {
    RequestFields fields = RequestFields.of(request, "filter", "ids", "payload", "ratePerSecond");
    Integer rate = fields.integer("ratePerSecond", 1, MAX_RATE);
    JsonNode payload = fields.document("payload");
    RequestFields filter = fields.object("filter", "type", "kind", "labels", "since", "until");
    List<UUID> ids = ids(fields);
    if (fields.has("filter") == fields.has("ids")) {
      fields.wrong(
          fields.has("ids") ? "ids" : "filter", "give either filter, where {} means all, or ids");
    }
    Replay replay;
    if (filter != null) {
      replay = byFilter(caller, fields, filter, payload, rate);
    } else {
      fields.check();
      replay = byIds(caller, ids, payload, rate);
    }
    return ResponseEntity.accepted()
        .location(URI.create("/v1/replays/" + replay.id()))
        .body(ReplayController.ReplayDocument.of(replay));
  }

  private Replay byFilter(
      Caller caller,
      RequestFields fields,
      RequestFields given,
      @Nullable JsonNode payload,
      @Nullable Integer rate) {
    DeadLetterFilter filter = DeadLetterQuery.of(given);
    if (payload != null) {
      if (filter.type() == null) {
        given.wrong("type", "a new payload fits one type: say which");
      } else {
        fields.wrong(payloads.check(filter.type(), payload));
      }
    }
    fields.check();
    return replays.start(
        caller.tenant(), filter, payload == null ? null : payload.toString(), rate);
  }

  private Replay byIds(
      Caller caller, List<UUID> ids, @Nullable JsonNode payload, @Nullable Integer rate)
      throws SQLException {
    Map<UUID, String> refused =
        payload == null ? Map.of() : misfits(letters.types(caller.tenant(), ids), payload);
    return replays.start(
        caller.tenant(), ids, refused, payload == null ? null : payload.toString(), rate);
  }

  /** The jobs whose type does not take the payload, and why. */
  private Map<UUID, String> misfits(Map<UUID, String> types, JsonNode payload) {
    Map<String, List<FieldError>> faults = new HashMap<>();
    Map<UUID, String> misfits = new HashMap<>();
    types.forEach(
        (id, type) -> {
          List<FieldError> found =
              faults.computeIfAbsent(type, name -> payloads.check(name, payload));
          if (!found.isEmpty()) {
            FieldError first = found.getFirst();
            misfits.put(
                id,
                "the payload does not fit the type %s: %s"
                    .formatted(type, first.pointer() + " " + first.detail()));
          }
        });
    return misfits;
  }

  private static List<UUID> ids(RequestFields fields) {
    JsonNode node = fields.node("ids");
    if (node == null) {
      return List.of();
    }
    Set<UUID> ids = new LinkedHashSet<>();
    if (!node.isArray() || node.isEmpty() || node.size() > MAX_IDS) {
      fields.wrong("ids", "ids must be a list of 1 to %d job ids".formatted(MAX_IDS));
      return List.of();
    }
    for (int i = 0; i < node.size(); i++) {
      JsonNode id = node.get(i);
      if (!id.isString() || !JobIds.isId(id.stringValue())) {
        fields.wrong("ids/" + i, "this is no job id, which is a UUID");
        return List.of();
      }
      if (!ids.add(UUID.fromString(id.stringValue()))) {
        fields.wrong("ids/" + i, "this job is named twice");
        return List.of();
      }
    }
    return new ArrayList<>(ids);
  }
}
