package io.millrace.api.admission;

import io.millrace.model.JobType;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Turns a submission into a job that may be stored, or says everything that is wrong with it. */
public final class Admission {
  private static final Set<String> FIELDS =
      Set.of("type", "payload", "priority", "pool", "timeout", "maxAttempts");
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MAX_TIMEOUT = Duration.ofMillis(Limits.MAX_TIMEOUT_MILLIS);

  private final TypeCatalogue types;
  private final PayloadValidator payloads;
  private final Ids ids;

  public Admission(TypeCatalogue types, PayloadValidator payloads, Ids ids) {
    this.types = types;
    this.payloads = payloads;
    this.ids = ids;
  }

  /**
   * Checks a submission.
   *
   * @param body the request's JSON, see {@link RequestJson}
   * @param traceparent the submitter's trace context, or null
   * @throws RefusedException listing what is wrong
   */
  public NewJob admit(JsonNode body, String tenant, @Nullable String traceparent)
      throws RefusedException {
    Faults faults = new Faults();
    if (!body.isObject()) {
      faults.add("#", "the body must be a JSON object");
      throw faults.refused();
    }
    unknownFields(body, faults);
    Optional<JobType> type = type(body, faults);
    Priority priority = priority(body, faults);
    Optional<String> pool = pool(body, faults);
    Optional<Duration> timeout = timeout(body, faults);
    Optional<Integer> maxAttempts = maxAttempts(body, faults);
    JsonNode given = body.get("payload");
    JsonNode payload = given == null ? JsonNodeFactory.instance.objectNode() : given;
    type.ifPresent(t -> faults.errors.addAll(payloads.validate(t.payloadSchema(), payload)));
    if (type.isEmpty() || !faults.errors.isEmpty()) {
      throw faults.refused();
    }
    JobType known = type.get();
    return new NewJob(
        ids.next(),
        tenant,
        known.name(),
        pool.orElse(known.pool()),
        priority,
        maxAttempts.orElse(known.maxAttempts()),
        timeout.map(Duration::toMillis).orElse(known.timeoutMillis()),
        payload.toString(),
        traceparent);
  }

  private static void unknownFields(JsonNode body, Faults faults) {
    for (String name : body.propertyNames()) {
      if (!FIELDS.contains(name)) {
        String hint = NearName.of(name, FIELDS).map(n -> "; did you mean " + n + "?").orElse("");
        faults.add("#/" + Pointers.escaped(name), "there is no field of this name" + hint);
      }
    }
  }

  private Optional<JobType> type(JsonNode body, Faults faults) {
    Optional<String> name = text(body, "type", faults);
    if (name.isEmpty()) {
      if (!body.has("type")) {
        faults.add("#/type", "type is missing; it names what to run (" + known() + ")");
      }
      return Optional.empty();
    }
    Optional<JobType> found = types.find(name.get());
    if (found.isEmpty()) {
      String hint =
          NearName.of(name.get(), types.names()).map(n -> "; did you mean " + n + "?").orElse("");
      faults.add("#/type", "no worker has announced this type" + hint + " (" + known() + ")");
    }
    return found;
  }

  private String known() {
    return types.names().isEmpty()
        ? "no worker has announced any type yet: is one running?"
        : "known are " + types.names().stream().sorted().collect(Collectors.joining(", "));
  }

  private static Priority priority(JsonNode body, Faults faults) {
    Optional<String> name = text(body, "priority", faults);
    for (Priority priority : Priority.values()) {
      if (name.isPresent() && priority.wireName().equals(name.get())) {
        return priority;
      }
    }
    name.ifPresent(
        n ->
            faults.add(
                "#/priority",
                "priority must be one of "
                    + Arrays.stream(Priority.values())
                        .map(Priority::wireName)
                        .collect(Collectors.joining(", "))));
    return Priority.NORMAL;
  }

  /** A pool nobody has ever served has no topic, and a job in it would wait unseen. */
  private Optional<String> pool(JsonNode body, Faults faults) {
    Optional<String> pool = text(body, "pool", faults);
    if (pool.isPresent() && !types.hasPool(pool.get())) {
      String served = types.pools().stream().sorted().collect(Collectors.joining(", "));
      faults.add("#/pool", "no worker serves a pool of this name; known are " + served);
    }
    return pool;
  }

  private static Optional<Duration> timeout(JsonNode body, Faults faults) {
    Optional<String> text = text(body, "timeout", faults);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> timeout = Durations.parse(text.get());
    if (timeout.isEmpty()) {
      faults.add("#/timeout", "timeout must be a duration such as 90s, 10m or PT1H30M");
    } else if (timeout.get().compareTo(MIN_TIMEOUT) < 0
        || timeout.get().compareTo(MAX_TIMEOUT) > 0) {
      faults.add("#/timeout", "timeout must be 1ms to 7d");
      return Optional.empty();
    }
    return timeout;
  }

  private static Optional<Integer> maxAttempts(JsonNode body, Faults faults) {
    JsonNode node = body.get("maxAttempts");
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < 1
        || node.intValue() > Limits.MAX_ATTEMPTS) {
      faults.add("#/maxAttempts", "maxAttempts must be an integer, 1 to " + Limits.MAX_ATTEMPTS);
      return Optional.empty();
    }
    return Optional.of(node.intValue());
  }

  private static Optional<String> text(JsonNode body, String field, Faults faults) {
    JsonNode node = body.get(field);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isString()) {
      faults.add("#/" + field, field + " must be a string");
      return Optional.empty();
    }
    return Optional.of(node.stringValue());
  }

  /** What has been found wrong so far. */
  private static final class Faults {
    private final List<FieldError> errors = new ArrayList<>();

    void add(String pointer, String detail) {
      errors.add(new FieldError(pointer, detail));
    }

    RefusedException refused() {
      return new RefusedException(errors);
    }
  }
}
